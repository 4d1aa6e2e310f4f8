import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../../src/faces/cli/command-line.ts';
import { runCommand, runModelgraph } from '../../support/modelgraph.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '../../..');
const readText = (...path: string[]): string => readFileSync(join(...path), 'utf8');

const SERVE = { kind: 'SERVE', settings: {} };
const COMMANDS = [
  'serve',
  'compare',
  'models',
  'prices',
  'measure',
  'doctor',
  'key',
  'train-complexity',
  'print-schema',
  'print-providers',
];

describe('arguments', () => {
  it.each([
    [[], SERVE],
    [['serve'], SERVE],
    [['start'], SERVE],
    [
      ['--port', '80', '--host=::1'],
      {
        kind: 'SERVE',
        settings: { PORT: { flag: '--port', value: '80' }, HOST: { flag: '--host', value: '::1' } },
      },
    ],
    [['print-schema'], { kind: 'PRINT_SCHEMA', directory: 'schema' }],
    [['print-schema', 'out'], { kind: 'PRINT_SCHEMA', directory: 'out' }],
    [['--version'], { kind: 'VERSION' }],
    [['-v'], { kind: 'VERSION' }],
    [['version'], { kind: 'VERSION' }],
    [['serv'], { kind: 'MISUSE', problem: "There is no command 'serv'. Did you mean serve?" }],
    [
      ['help', 'nothing-like-it'],
      {
        kind: 'MISUSE',
        problem: "There is no command 'nothing-like-it'. modelgraph --help lists the commands.",
      },
    ],
    [
      ['serve', 'now'],
      {
        kind: 'MISUSE',
        problem: "Unexpected argument 'now': serve takes only options.",
      },
    ],
    [
      ['print-schema', 'a', 'b'],
      { kind: 'MISUSE', problem: "Unexpected argument 'b': print-schema takes one argument." },
    ],
    [['print-schema', '--json'], { kind: 'MISUSE', problem: "Unknown option '--json'." }],
    [['--prot', '80'], { kind: 'MISUSE', problem: "Unknown option '--prot'. Did you mean --port?" }],
    [
      ['--port', '80000'],
      {
        kind: 'MISUSE',
        problem:
          "Option '--port <number>' argument '80000' is invalid. It takes a whole number from 0 to 65535.",
      },
    ],
  ])('%j', async (args, command) => {
    expect(await parseCommandLine(args)).toEqual(command);
  });

  it('a wrong argument is repeated on one line, without what a terminal takes for orders', async () => {
    const command = await parseCommandLine(['compare', '--task', 'a\u001b[2J\nb']);
    expect(command).toEqual({ kind: 'MISUSE', problem: expect.not.stringMatching(/\p{Cc}/u) });
  });
});

const helpOf = async (...args: string[]): Promise<string> => {
  const command = await parseCommandLine(args);
  return command.kind === 'HELP' ? command.text : `no help: ${JSON.stringify(command)}`;
};

describe('help', () => {
  it('lists every command', async () => {
    const help = await helpOf('--help');
    expect([await helpOf('-h'), await helpOf('help')]).toEqual([help, help]);
    for (const name of [...COMMANDS, 'version', 'help'])
      expect(help).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
  });

  it.each(COMMANDS)('%s has its own, with examples that can be parsed', async (name) => {
    const help = await helpOf(name, '--help');
    expect(help).toMatch(new RegExp(`^Usage: modelgraph ${name}\\b`));
    expect([await helpOf('help', name), await helpOf(name, '--nonsense', '-h')]).toEqual([help, help]);
    const examples = [...help.matchAll(/^ {2}modelgraph( .*)?$/gm)];
    expect(examples.length).toBeGreaterThan(0);
    for (const [, rest = ''] of examples)
      expect(await parseCommandLine(rest.split(' ').filter((each) => each !== ''))).toMatchObject({
        kind: name === 'key' ? 'NEW_KEY' : name.toUpperCase().replaceAll('-', '_'),
      });
  });

  it('is as wide as the terminal', async () => {
    const command = await parseCommandLine(['compare', '--help'], { width: 60, colours: false, bars: true });
    const lines = command.kind === 'HELP' ? command.text.split('Examples:')[0]?.split('\n') : [];
    expect(Math.max(...(lines ?? []).map((line) => line.length))).toBeLessThanOrEqual(75);
  });
});

describe('the command', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  it('helps', async () => {
    expect(await runModelgraph(['--help'])).toEqual({ code: 0, stdout: await helpOf('--help'), stderr: '' });
  });

  it('prints its version', async () => {
    const { version }: { version: string } = JSON.parse(readText(ROOT, 'package.json'));
    expect(await runModelgraph(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('says what is wrong alone and last, and ends with 2', async () => {
    const stderr = "Unknown option '--provdier'. Did you mean --providers?\n";
    expect(await runModelgraph(['compare', '--provdier', 'x'])).toEqual({ code: 2, stdout: '', stderr });
    expect(await runCommand(['doctor', 'groqq'])).toEqual({
      code: 2,
      stdout: '',
      stderr: "There is no provider 'groqq'. Did you mean groq?\n",
    });
  });

  it('names the flag of a setting that is wrong', async () => {
    const file = join(folder.path, 'missing.yaml');
    expect(await runCommand(['doctor', '--config', file])).toEqual({
      code: 1,
      stdout: '',
      stderr: `--config: there is no file ${file}.\n`,
    });
  });

  it('ends quietly where its reader has seen enough', async () => {
    const command = `set -o pipefail; "${process.execPath}" "${join(ROOT, 'bin/modelgraph.js')}" models --all --limit 10000 | head -1`;
    const { stdout, stderr } = await promisify(execFile)('bash', ['-c', command], { cwd: folder.path });
    expect({ stdout, stderr }).toEqual({ stdout: expect.stringMatching(/^MODEL +CONTEXT/), stderr: '' });
  });

  it('prints the schemas that are committed', async () => {
    const out = join(folder.path, 'not/yet/there');
    expect(await runCommand(['print-schema', out])).toEqual({ code: 0, stdout: '', stderr: '' });
    for (const name of ['schema.graphql', 'subgraph.graphql', 'possible-types.json'])
      expect(readText(out, name), 'run `npm run codegen`').toBe(readText(ROOT, 'schema', name));
  });

  it('says why schemas cannot be written where they should', async () => {
    const file = join(folder.path, 'a-file');
    writeFileSync(file, '');
    expect(await runCommand(['print-schema', file])).toEqual({
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
    expect(await runCommand(['print-providers', file])).toEqual({ code: 0, stdout: '', stderr: '' });
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
    expect(await runCommand(['print-providers', file])).toEqual({
      code: 2,
      stdout: '',
      stderr: `The table of providers cannot be written: ${why.replace('FILE', file)}\n`,
    });
    if (text !== undefined) expect(readText(file)).toBe(text);
  });

  it('says why the table of providers cannot go into a folder', async () => {
    expect(await runCommand(['print-providers', folder.path])).toEqual({
      code: 2,
      stdout: '',
      stderr: `The table of providers cannot be written: there is a folder at ${folder.path}. Name the Markdown file that it goes into.\n`,
    });
  });
});
