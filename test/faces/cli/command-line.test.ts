import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../../src/faces/cli/command-line.ts';
import { HELP } from '../../../src/faces/cli/help.ts';
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
    [['compare', '--task', 'rag', '--help'], { kind: 'HELP', about: 'compare' }],
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

  it('says why schemas cannot be written where they should', async () => {
    const file = join(folder.path, 'a-file');
    writeFileSync(file, '');
    expect(await runModelgraph(['print-schema', file])).toEqual({
      code: 2,
      stdout: '',
      stderr: `The schemas cannot be written: there is a file at ${file}. Name a folder.\n`,
    });
  });

  it('writes the table of providers between its marks, and nothing else', async () => {
    const file = join(folder.path, 'table.md');
    const readme = readText(ROOT, 'README.md');
    writeFileSync(
      file,
      readme.replace(/(<!-- providers: begin [^\n]*-->).*(?=<!-- providers: end -->)/s, '$1\n'),
    );
    expect(readText(file)).not.toBe(readme);
    expect(await runModelgraph(['print-providers', file])).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(readText(file), 'run `npm run codegen`').toBe(readme);
  });

  it.each([
    ['is not there', undefined, 'there is no file at FILE. Name the Markdown file that it goes into.'],
    [
      'lacks the marks',
      '# Read me\n',
      'FILE has no place for it. Put these two lines where it goes:\n' +
        '<!-- providers: begin (written by `npm run codegen`) -->\n<!-- providers: end -->',
    ],
    [
      'has the marks the wrong way round',
      '<!-- providers: end -->\n<!-- providers: begin (written by `npm run codegen`) -->\n',
      'FILE has no place for it. Put these two lines where it goes:\n' +
        '<!-- providers: begin (written by `npm run codegen`) -->\n<!-- providers: end -->',
    ],
  ])('says why the table of providers cannot go into a file that %s', async (name, text, why) => {
    const file = join(folder.path, `${name}.md`);
    if (text !== undefined) writeFileSync(file, text);
    expect(await runModelgraph(['print-providers', file])).toEqual({
      code: 2,
      stdout: '',
      stderr: `The table of providers cannot be written: ${why.replace('FILE', file)}\n`,
    });
    if (text !== undefined) expect(readText(file)).toBe(text);
  });

  it('says why the table of providers cannot go into a folder', async () => {
    expect(await runModelgraph(['print-providers', folder.path])).toEqual({
      code: 2,
      stdout: '',
      stderr: `The table of providers cannot be written: there is a folder at ${folder.path}. Name the Markdown file that it goes into.\n`,
    });
  });
});
