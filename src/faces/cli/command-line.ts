import {
  ArgumentProblem,
  type CompareOptions,
  compareArguments,
  type ModelsOptions,
  modelsArguments,
  type PricesOptions,
  pricesArguments,
} from './catalogue-arguments.ts';

import { type MeasureOptions, measureArguments } from './measure-arguments.ts';

export type DoctorOptions = {
  /** Send one tiny completion to each. */
  readonly call: boolean;
  readonly json: boolean;
  /** The provider's name of the model to ask, where one provider is named. */
  readonly model?: string;
  /** Ids or aliases; empty: all that are on. */
  readonly providers: readonly string[];
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
  | { readonly kind: 'VERSION' }
  | { readonly kind: 'HELP'; readonly problem?: string };

export const HELP = `modelgraph [serve]               start the server
modelgraph print-schema [DIR]    write schema.graphql and subgraph.graphql to DIR (./schema)
modelgraph doctor [PROVIDER…]    check keys, lists of models and addresses of the providers that are on
    --call                       also send one completion of at most 16 tokens to each, which costs
    --model NAME                 the model to call, where one provider is named
    --json                       for programs; the exit code is 0 if all is well, 1 if not, 2 if misused
modelgraph compare [--task chat]  rank models for a task, each at its best provider
    --task NAME                  chat, rag, agent, coding, extraction, long-document, batch, vision, embedding, speech
                                 or transcription; sets the workload, which these change:
    --input-tokens N  --output-tokens N  --requests N (a month)
    --currency CODE              of the costs (USD)
    --rate CODE=N                units for one US dollar in this run, e.g. CNY=7.12; several with commas
    --cached-share X  --batch-share X  --reasoning-tokens N  --tier STANDARD|BATCH|FLEX|PRIORITY|FAST
    --models A,B  --providers A,B  --capabilities TOOLS,…  --min-context N
    --all                        also what cannot be called from here
    --group model|none           one row for each model, or for each offering
    --include-free               also free offerings, whose limits no workload can count on
    --limit N                    rows (20)
modelgraph models [--search TEXT] [--lab NAME] [--limit N]   list models and their least rates
modelgraph prices NAME           the rates of a model or an offering that are in force
    --all                        also those that are over or yet to come
    --explain                    why each rate is what it is: source, day, conditions, what others say
    --history                    also what this server served before, from its store
    each of the three takes --json, for programs
modelgraph measure               time the newest models of the providers that are on, with small prompts, which cost
    --models A,B  --providers A,B   slugs, names or ids of offerings; ids of providers
    --budget N  --currency CODE  the most that all calls may cost (0.10 USD)
    --samples N  --limit N       calls of each (1), offerings (20)
    --allow-unpriced             also those of which no price is known
    --url URL  --key KEY         let a running server measure, which then compares and routes by the figures; the key
                                 is its admin key (MODELGRAPH_ADMIN_KEY)
    --json                       for programs; the exit code is 0 if something was measured, else 1
modelgraph train-complexity FILE [--json]   learn from labelled prompts, one {"text", "hard"} a line, which are hard;
                                 prints how well that works, and the model for a route's \`complexity\`
modelgraph print-providers [FILE]   write the table of known providers into FILE (./README.md)
modelgraph --version
modelgraph --help

Settings come from the environment, .env and modelgraph.yaml; README.md lists them.
`;

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

/** What `read` makes of arguments, or what is wrong with them. */
const readWith = (read: () => Command): Command => {
  try {
    return read();
  } catch (error) {
    if (error instanceof ArgumentProblem) return { kind: 'HELP', problem: error.message };
    throw error;
  }
};

/** Reads the arguments after the command's own name. */
export const parseCommandLine = (args: readonly string[]): Command => {
  const [name, ...rest] = args;
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
    case 'compare':
      return readWith(() => ({ kind: 'COMPARE', ...compareArguments(rest) }));
    case 'models':
      return readWith(() => ({ kind: 'MODELS', ...modelsArguments(rest) }));
    case 'prices':
      return readWith(() => ({ kind: 'PRICES', ...pricesArguments(rest) }));
    case 'measure':
      return readWith(() => ({ kind: 'MEASURE', ...measureArguments(rest) }));
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
