import {
  type CompareOptions,
  compareArguments,
  type ModelsOptions,
  modelsArguments,
  type PricesOptions,
  pricesArguments,
} from './catalogue-arguments.ts';

import { type CommandName, isCommandName } from './help.ts';
import { type MeasureOptions, measureArguments } from './measure-arguments.ts';
import { ArgumentProblem } from './read-options.ts';

export type DoctorOptions = {
  /** Send one tiny completion to each. */
  readonly call: boolean;
  readonly json: boolean;
  /** The provider's name of the model to ask, where one provider is named. */
  readonly model?: string;
  /** Ids or aliases; empty: all that are on. */
  readonly providers: readonly string[];
};

export type KeyOptions = {
  /** Revoke every other admin key. */
  readonly revokeOthers: boolean;
};

export type TrainComplexityOptions = {
  /** JSONL of prompts that are marked as hard or not. */
  readonly file: string;
  readonly json: boolean;
};

/** What the `modelgraph` command is asked to do. */
export type Command =
  | { readonly kind: 'SERVE' }
  | { readonly kind: 'PRINT_SCHEMA'; readonly directory: string }
  | ({ readonly kind: 'DOCTOR' } & DoctorOptions)
  | { readonly kind: 'PRINT_PROVIDERS'; readonly file: string }
  | ({ readonly kind: 'COMPARE' } & CompareOptions)
  | ({ readonly kind: 'MODELS' } & ModelsOptions)
  | ({ readonly kind: 'PRICES' } & PricesOptions)
  | ({ readonly kind: 'MEASURE' } & MeasureOptions)
  | ({ readonly kind: 'TRAIN_COMPLEXITY' } & TrainComplexityOptions)
  | ({ readonly kind: 'NEW_KEY' } & KeyOptions)
  | { readonly kind: 'VERSION' }
  /** `about`: one command alone; absent: all of them. */
  | { readonly kind: 'HELP'; readonly problem?: string; readonly about?: CommandName };

const surplus = (name: string, argument: string): Command => ({
  kind: 'HELP',
  problem: `"${name}" takes no "${argument}".`,
});

const NO_MODEL = '"--model" takes the name of a model, with --call and exactly one provider.';

const doctorCommand = (args: readonly string[]): Command => {
  const problem = (text: string): Command => ({ kind: 'HELP', problem: text });
  const providers: string[] = [];
  const flags = { call: false, json: false };
  let model: string | undefined;
  for (let index = 0; index < args.length; index++) {
    const argument = args[index] ?? '';
    if (argument === '--call') flags.call = true;
    else if (argument === '--json') flags.json = true;
    else if (argument === '--model') {
      model = args[++index];
      if (model === undefined || model.startsWith('-')) return problem(NO_MODEL);
    } else if (argument.startsWith('-')) return surplus('doctor', argument);
    else providers.push(argument);
  }
  if (model !== undefined && (!flags.call || providers.length !== 1)) return problem(NO_MODEL);
  return { kind: 'DOCTOR', ...flags, providers, ...(model !== undefined && { model }) };
};

const trainCommand = (args: readonly string[]): Command => {
  const [file, extra] = args.filter((argument) => argument !== '--json');
  if (file === undefined)
    return { kind: 'HELP', problem: '"train-complexity" takes the name of a file of labelled prompts.' };
  const wrong = file.startsWith('-') ? file : extra;
  return wrong === undefined
    ? { kind: 'TRAIN_COMPLEXITY', file, json: args.includes('--json') }
    : surplus('train-complexity', wrong);
};

const keyCommand = (args: readonly string[]): Command => {
  const wrong = args.find((argument) => argument !== '--new' && argument !== '--revoke-others');
  if (wrong !== undefined) return surplus('key', wrong);
  return args.includes('--new')
    ? { kind: 'NEW_KEY', revokeOthers: args.includes('--revoke-others') }
    : { kind: 'HELP', about: 'key', problem: '"key" takes "--new".' };
};

/** What `read` makes of arguments, or what is wrong with them. */
const readWith = (about: CommandName, read: () => Command): Command => {
  try {
    return read();
  } catch (error) {
    if (error instanceof ArgumentProblem) return { kind: 'HELP', about, problem: error.message };
    throw error;
  }
};

/** Reads the arguments after the command's own name. */
export const parseCommandLine = (args: readonly string[]): Command => {
  const [name, ...rest] = args;
  if (name !== undefined && isCommandName(name) && rest.some((each) => each === '--help' || each === '-h'))
    return { kind: 'HELP', about: name };
  switch (name) {
    case undefined:
    case 'serve': {
      const [extra] = rest;
      return extra === undefined ? { kind: 'SERVE' } : surplus('serve', extra);
    }
    case 'print-schema': {
      const [directory = 'schema', extra] = rest;
      const wrong = directory.startsWith('-') ? directory : extra;
      return wrong === undefined ? { kind: 'PRINT_SCHEMA', directory } : surplus('print-schema', wrong);
    }
    case 'doctor':
      return doctorCommand(rest);
    case 'key':
      return keyCommand(rest);
    case 'compare':
      return readWith('compare', () => ({ kind: 'COMPARE', ...compareArguments(rest) }));
    case 'models':
      return readWith('models', () => ({ kind: 'MODELS', ...modelsArguments(rest) }));
    case 'prices':
      return readWith('prices', () => ({ kind: 'PRICES', ...pricesArguments(rest) }));
    case 'measure':
      return readWith('measure', () => ({ kind: 'MEASURE', ...measureArguments(rest) }));
    case 'train-complexity':
      return trainCommand(rest);
    case 'print-providers': {
      const [file = 'README.md', extra] = rest;
      const wrong = file.startsWith('-') ? file : extra;
      return wrong === undefined ? { kind: 'PRINT_PROVIDERS', file } : surplus('print-providers', wrong);
    }
    case '--version':
    case '-v':
      return { kind: 'VERSION' };
    case '--help':
    case '-h':
    case 'help':
      return { kind: 'HELP' };
    default:
      return { kind: 'HELP', problem: `There is no command "${name}".` };
  }
};
