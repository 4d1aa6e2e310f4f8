import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { HELP, parseCommandLine } from '../../../src/faces/cli/command-line.ts';
import { runModelgraph } from '../../support/modelgraph.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '../../..');
const readText = (...path: string[]): string => readFileSync(join(...path), 'utf8');

describe('arguments', () => {
  it.each([
    [[], { kind: 'SERVE' }],
    [['serve'], { kind: 'SERVE' }],
    [['print-schema'], { kind: 'PRINT_SCHEMA', directory: 'schema' }],
    [['print-schema', 'out'], { kind: 'PRINT_SCHEMA', directory: 'out' }],
    [['--version'], { kind: 'VERSION' }],
    [['-v'], { kind: 'VERSION' }],
    [['--help'], { kind: 'HELP' }],
    [['-h'], { kind: 'HELP' }],
    [['help'], { kind: 'HELP' }],
    [['start'], { kind: 'HELP', problem: 'There is no command "start".' }],
    [['serve', 'now'], { kind: 'HELP', problem: '"serve" takes no "now".' }],
    [['print-schema', 'a', 'b'], { kind: 'HELP', problem: '"print-schema" takes no "b".' }],
    [['print-schema', '--json'], { kind: 'HELP', problem: '"print-schema" takes no "--json".' }],
    [['--port', '80'], { kind: 'HELP', problem: 'There is no command "--port".' }],
  ])('%j', (args, command) => {
    expect(parseCommandLine(args)).toEqual(command);
  });
});

describe('the command', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  it('helps', async () => {
    expect(await runModelgraph(['--help'])).toEqual({ code: 0, stdout: HELP, stderr: '' });
  });

  it('tells its version', async () => {
    const { version }: { version: string } = JSON.parse(readText(ROOT, 'package.json'));
    expect(await runModelgraph(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('does not guess at a command that it does not know', async () => {
    const stderr = `There is no command "start".\n\n${HELP}`;
    expect(await runModelgraph(['start'])).toEqual({ code: 2, stdout: '', stderr });
  });

  it('prints the schemas that are committed', async () => {
    const out = join(folder.path, 'not/yet/there');
    expect(await runModelgraph(['print-schema', out])).toEqual({ code: 0, stdout: '', stderr: '' });
    for (const name of ['schema.graphql', 'subgraph.graphql'])
      expect(readText(out, name), 'run `npm run codegen`').toBe(readText(ROOT, 'schema', name));
  });
});
