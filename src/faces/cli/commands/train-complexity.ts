import type { Command } from 'commander';
import { jsonOption } from '../options.ts';

export type TrainComplexityCommand = {
  readonly kind: 'TRAIN_COMPLEXITY';
  /** JSONL of prompts that are marked as hard or not. */
  readonly file: string;
  readonly json: boolean;
};

export const define = (command: Command): (() => TrainComplexityCommand) => {
  command.argument('<file>', 'labelled prompts, one {"text": "…", "hard": true} a line');
  const json = jsonOption(command);
  command.addHelpText(
    'after',
    `
Prints how well prompts were told apart, and the model to put into a route as \`complexity\`.

Example:
  modelgraph train-complexity labelled.jsonl`,
  );
  return () => {
    const [file = ''] = command.args;
    return { kind: 'TRAIN_COMPLEXITY', file, json: json() };
  };
};
