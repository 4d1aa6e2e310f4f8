import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { readLabelled } from '../../gateway/routing/strategies/complexity/labelled.ts';
import type { Measures } from '../../gateway/routing/strategies/complexity/measures.ts';
import {
  type GroupReport,
  type TrainingReport,
  train,
  trainingProblem,
} from '../../gateway/routing/strategies/complexity/train.ts';
import type { Printout } from './catalogue-commands.ts';
import type { TrainComplexityCommand } from './commands/train-complexity.ts';
import { textTable } from './text-table.ts';

type Row = { readonly name: string; readonly measures: Measures };

const figure = (value: number): string | undefined => (Number.isNaN(value) ? undefined : value.toFixed(3));

const tableOf = (rows: readonly Row[]): readonly string[] =>
  textTable<Row>(
    [
      { title: '', align: 'LEFT', text: ({ name }) => name },
      { title: 'accuracy', align: 'RIGHT', text: ({ measures }) => figure(measures.accuracy) },
      { title: 'precision', align: 'RIGHT', text: ({ measures }) => figure(measures.precision) },
      { title: 'recall', align: 'RIGHT', text: ({ measures }) => figure(measures.recall) },
      { title: 'AUC', align: 'RIGHT', text: ({ measures }) => figure(measures.auc) },
    ],
    rows,
  );

const groupTable = (groups: readonly GroupReport[]): readonly string[] =>
  groups.length === 0
    ? []
    : [
        '',
        ...textTable<GroupReport>(
          [
            { title: '', align: 'LEFT', text: ({ by, name }) => `${by} ${name}` },
            { title: 'examples', align: 'RIGHT', text: ({ examples }) => String(examples) },
            { title: 'hard', align: 'RIGHT', text: ({ hard }) => String(hard) },
            { title: 'accuracy', align: 'RIGHT', text: ({ classifier }) => figure(classifier.accuracy) },
            { title: 'AUC', align: 'RIGHT', text: ({ classifier }) => figure(classifier.auc) },
            { title: 'AUC of words', align: 'RIGHT', text: ({ wordCount }) => figure(wordCount.auc) },
          ],
          groups,
        ),
      ];

const thresholdLine = ({ threshold }: TrainingReport): string => {
  const { upTo, missCost, cost, alwaysCheap, alwaysStrong } = threshold;
  const figures = `${cost.toFixed(3)} a prompt, where the cheap model alone costs ${alwaysCheap.toFixed(3)} and the strong one alone ${alwaysStrong.toFixed(3)}`;
  return `upTo: ${upTo.toFixed(2)} for the cheap model costs least if a miss costs ${missCost}: ${figures}.`;
};

const textOf = (file: string): { readonly text: string } | { readonly problem: string } => {
  try {
    return { text: readFileSync(file, 'utf8') };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return { problem: `${file} cannot be read (${code}). Name a file with one labelled prompt a line.` };
  }
};

/** Learns which prompts are hard, and prints how well that works and the model to put into a route. */
export const trainComplexity = ({ file, json, missCost }: TrainComplexityCommand): Printout => {
  const source = textOf(file);
  if ('problem' in source) return source;
  const read = readLabelled(source.text);
  if ('problem' in read)
    return {
      problem: `${file}:${read.line}: ${read.problem}. A line is {"text": "…", "hard": true}, or has "messages" in place of "text".`,
    };
  const problem = trainingProblem(read.labelled);
  if (problem !== undefined) return { problem: `${file}: ${problem}.` };
  const { model, report } = train(read.labelled, { missCost });
  if (json) return { text: `${JSON.stringify({ report, complexity: model }, undefined, 2)}\n` };
  const { examples, hard, folds, classifier, features, ngrams, wordCount, groups } = report;
  const verdict =
    classifier.auc > wordCount.auc
      ? 'The classifier separates hard prompts better than their number of words does.'
      : 'The number of words separates hard prompts as well: label more of them, or use another strategy.';
  return {
    text: [
      `${examples} examples, ${hard} of them hard; each judged by a model that has not seen it (${folds} parts).`,
      ...tableOf([
        { name: 'classifier', measures: classifier },
        { name: 'its features alone', measures: features },
        { name: 'with hashed words', measures: ngrams },
        { name: 'number of words', measures: wordCount },
      ]),
      ...groupTable(groups),
      '',
      verdict,
      thresholdLine(report),
      '',
      stringify({ complexity: model }, { lineWidth: 0 }).trimEnd(),
      '',
    ].join('\n'),
  };
};
