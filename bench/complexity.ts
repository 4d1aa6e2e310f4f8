/**
 * How well the complexity classifier does on prompts of a kind that it was not fitted to: `node bench/complexity.ts FILE`.
 * FILE has a labelled prompt a line, with its `source`, and `class` and `lang` where known. Each source is judged by a model
 * that was fitted to the shipped examples and all other sources.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { judge } from '../src/gateway/routing/strategies/complexity/classify.ts';
import { featuresOf, wordsIn } from '../src/gateway/routing/strategies/complexity/features.ts';
import { fitLogistic, logitOf, type Row, sigmoid } from '../src/gateway/routing/strategies/complexity/fit.ts';
import { type Labelled, readLabelled } from '../src/gateway/routing/strategies/complexity/labelled.ts';
import { measuresOf } from '../src/gateway/routing/strategies/complexity/measures.ts';

const L2 = 0.01;
const WRITTEN = 'written for this server';

type Example = {
  readonly source: string;
  readonly labelled: Labelled;
  readonly row: Row;
  readonly words: Row;
};

const examplesOf = (file: string, usual: string): readonly Example[] => {
  const text = readFileSync(file, 'utf8').trim();
  const read = readLabelled(text);
  if ('problem' in read) throw new Error(`${file}:${read.line}: ${read.problem}`);
  const sources = text
    .split('\n')
    .map((line) => z.looseObject({ source: z.string().default(usual) }).parse(JSON.parse(line)).source);
  return read.labelled.map((labelled, index) => ({
    source: sources[index] ?? usual,
    labelled,
    row: { features: featuresOf(labelled.request) },
    words: { features: Float64Array.of(Math.log1p(wordsIn(labelled.request))) },
  }));
};

const [, , file] = process.argv;
if (file === undefined) throw new Error('Name a file with one labelled prompt a line.');
const all = [
  ...examplesOf(join(import.meta.dirname, '../test/fixtures/complexity/labelled.jsonl'), WRITTEN),
  ...examplesOf(file, 'other'),
];
const bySource = Map.groupBy(all, ({ source }) => source);

/** Each source counts alike, ours three times. */
const shareOf = (source: string): number =>
  (source === WRITTEN ? 3 : 1) / (bySource.get(source)?.length ?? 1);

type Scored = Example & { readonly shipped: number; readonly heldOut: number; readonly counted: number };

const scored: readonly Scored[] = [...bySource].flatMap(([source, examples]) => {
  const others = all.filter((one) => one.source !== source);
  const labels = others.map(({ labelled }) => labelled.hard);
  const counts = others.map((one) => shareOf(one.source));
  const fit = fitLogistic({ rows: others.map(({ row }) => row), labels, counts }, { l2: L2 });
  const words = fitLogistic({ rows: others.map((one) => one.words), labels, counts }, { l2: L2 });
  return examples.map((one) => ({
    ...one,
    shipped: judge(one.labelled.request).complexity,
    heldOut: sigmoid(logitOf(fit, one.row)),
    counted: sigmoid(logitOf(words, one.words)),
  }));
});

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const figure = (value: number): string => (Number.isNaN(value) ? '' : value.toFixed(2));

const line = (name: string, members: readonly Scored[]): void => {
  const hard = members.map(({ labelled }) => labelled.hard >= 0.5);
  const counts = members.map(() => 1);
  const cells = [
    members.map(({ shipped }) => shipped),
    members.map(({ heldOut }) => heldOut),
    members.map(({ counted }) => counted),
  ].flatMap((scores) => {
    const { accuracy, auc } = measuresOf({ scores, hard, counts });
    return [figure(accuracy), figure(auc)];
  });
  print(`| ${[name, members.length, hard.filter(Boolean).length, ...cells].join(' | ')} |`);
};

print(
  '| prompts | number | hard | shipped: accuracy | AUC | held out: accuracy | AUC | words: accuracy | AUC |',
);
print('|---|---|---|---|---|---|---|---|---|');
for (const [source, members] of Map.groupBy(scored, (one) => one.source)) line(source, members);
for (const by of ['class', 'language'] as const)
  for (const [name, members] of Map.groupBy(scored, ({ labelled }) => labelled[by]))
    if (name !== undefined) line(`${by} ${name}`, members);
line('all', scored);
