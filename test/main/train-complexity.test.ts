import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseCommandLine } from '../../src/faces/cli/command-line.ts';
import { train } from '../../src/gateway/routing/strategies/complexity/train.ts';
import { LABELLED_FILE, labelledPrompts } from '../gateway/routing/strategies/complexity/prompts.ts';
import { runCommand } from '../support/modelgraph.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
afterAll(folder.remove);
const fileWith = (name: string, text: string): string => {
  const path = join(folder.path, name);
  writeFileSync(path, text);
  return path;
};

it.each([
  [['a.jsonl'], { kind: 'TRAIN_COMPLEXITY', file: 'a.jsonl', json: false, missCost: 1 }],
  [
    ['--json', 'a.jsonl', '--miss-cost', '2.5'],
    { kind: 'TRAIN_COMPLEXITY', file: 'a.jsonl', json: true, missCost: 2.5 },
  ],
  [
    [],
    {
      kind: 'MISUSE',
      problem: `Missing argument <file>: labelled prompts, one {"text": "…", "hard": true} a line.`,
    },
  ],
  [['a', 'b'], { kind: 'MISUSE', problem: "Unexpected argument 'b': train-complexity takes one argument." }],
  [['--yaml'], { kind: 'MISUSE', problem: "Unknown option '--yaml'." }],
])('arguments: %j', async (args, command) => {
  expect(await parseCommandLine(['train-complexity', ...args])).toEqual(command);
});

describe.concurrent('train-complexity', { timeout: 60_000 }, () => {
  it('prints how well it works, and the model as a route takes it', async () => {
    const { code, stdout, stderr } = await runCommand(['train-complexity', LABELLED_FILE]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^\d+ examples, \d+ of them hard; /);
    expect(stdout).toMatch(/^classifier +0\.\d{3} +0\.\d{3} +0\.\d{3} +0\.\d{3}$/m);
    expect(stdout).toMatch(/^number of words +0\.\d{3} +0\.\d{3} +0\.\d{3} +0\.\d{3}$/m);
    expect(stdout).toContain('better than their number of words');
    expect(stdout).toMatch(/^upTo: 0\.\d\d for the cheap model costs least if a miss costs 1: /m);
    expect(parse(stdout.slice(stdout.indexOf('\ncomplexity:')))).toEqual({
      complexity: train(labelledPrompts()).model,
    });
  });

  it('prints JSON for programs', async () => {
    const { stdout } = await runCommand(['train-complexity', LABELLED_FILE, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      report: { folds: 10, classifier: { auc: expect.any(Number) }, wordCount: { auc: expect.any(Number) } },
      complexity: train(labelledPrompts()).model,
    });
  });

  it('says where counting words does as well', async () => {
    const lines = Array.from({ length: 40 }, (_none, index) =>
      JSON.stringify({ text: 'ok '.repeat(index % 2 === 0 ? 30 : 2), hard: index % 2 === 0 }),
    );
    const { code, stdout } = await runCommand([
      'train-complexity',
      fileWith('words.jsonl', lines.join('\n')),
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('The number of words separates hard prompts as well');
  });

  it('tells what is wrong with its file and line, and not what it says', async () => {
    const path = fileWith('broken.jsonl', '{"text":"a","hard":true}\n{"text":"secret","hard":"very"}\n');
    const { code, stdout, stderr } = await runCommand(['train-complexity', path]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`${path}:2: hard: `);
    expect(stderr).not.toContain('secret');
  });

  it('tells that there is too little to learn from', async () => {
    const path = fileWith('few.jsonl', '{"text":"a","hard":true}\n');
    const { code, stderr } = await runCommand(['train-complexity', path]);
    expect(code).toBe(2);
    expect(stderr).toContain(`${path}: there are 1 hard and 0 simple examples`);
  });

  it('tells that there is no such file', async () => {
    const path = join(folder.path, 'none.jsonl');
    const { code, stderr } = await runCommand(['train-complexity', path]);
    expect(code).toBe(2);
    expect(stderr).toContain(`${path} cannot be read (ENOENT)`);
  });
});
