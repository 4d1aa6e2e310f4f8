import type { Command } from 'commander';
import { jsonOption, optionWithDefault, readRatio } from '../options.ts';

export type TrainComplexityCommand = {
  readonly kind: 'TRAIN_COMPLEXITY';
  /** JSONL of prompts that are marked as hard or not. */
  readonly file: string;
  /** What a hard prompt at the cheap model costs, in what a simple one costs too much at the strong model. */
  readonly missCost: number;
  readonly json: boolean;
};

export const define = (command: Command): (() => TrainComplexityCommand) => {
  command.argument('<file>', 'labelled prompts, one {"text": "…", "hard": true} a line');
  const missCost = optionWithDefault(
    command,
    '--miss-cost <ratio>',
    'what a hard prompt at the cheap model costs you, in what a simple one costs too much at the strong model',
    { read: readRatio, usual: '1' },
  );
  const json = jsonOption(command);
  command.addHelpText(
    'after',
    `
Prints how well prompts were told apart, by language and class where lines have lang and class, the threshold
that costs least, and the model to put into a route as \`complexity\`.

Example:
  modelgraph train-complexity labelled.jsonl --miss-cost 5`,
  );
  return () => {
    const [file = ''] = command.args;
    return { kind: 'TRAIN_COMPLEXITY', file, missCost: missCost(), json: json() };
  };
};
