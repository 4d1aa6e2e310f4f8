import { CommanderError, Command as Program } from 'commander';
import type { BackupCommand } from './commands/backup.ts';
import type { CompareCommand } from './commands/compare.ts';
import type { DoctorCommand } from './commands/doctor.ts';
import type { KeyCommand } from './commands/key.ts';
import type { MeasureCommand } from './commands/measure.ts';
import type { ModelsCommand } from './commands/models.ts';
import type { PricesCommand } from './commands/prices.ts';
import type { PrintProvidersCommand } from './commands/print-providers.ts';
import type { PrintSchemaCommand } from './commands/print-schema.ts';
import type { RestoreCommand } from './commands/restore.ts';
import type { ServeCommand } from './commands/serve.ts';
import type { TrainComplexityCommand } from './commands/train-complexity.ts';
import { nearestWord } from './options.ts';
import { PLAIN_TERMINAL, paint, type Terminal } from './terminal.ts';

/** What the `modelgraph` command is asked to do. */
export type Command =
  | ServeCommand
  | CompareCommand
  | ModelsCommand
  | PricesCommand
  | MeasureCommand
  | DoctorCommand
  | KeyCommand
  | BackupCommand
  | RestoreCommand
  | TrainComplexityCommand
  | PrintSchemaCommand
  | PrintProvidersCommand
  | { readonly kind: 'VERSION' }
  | { readonly kind: 'HELP'; readonly text: string }
  /** What was asked for wrongly, as one line. */
  | { readonly kind: 'MISUSE'; readonly problem: string };

type Definition = {
  readonly summary: string;
  /** Another name. */
  readonly alias?: string;
  /** Adds arguments and options, and gives what makes a command of them. Loaded for this command alone. */
  load(): Promise<{ define(program: Program): () => Command }>;
};

const COMMANDS: { readonly [name: string]: Definition } = {
  serve: {
    summary: 'start the server; so does modelgraph without a command',
    alias: 'start',
    load: () => import('./commands/serve.ts'),
  },
  compare: {
    summary: 'rank models for a task, each at its best provider',
    load: () => import('./commands/compare.ts'),
  },
  models: {
    summary: 'list models, the newest first, and their lowest rates',
    load: () => import('./commands/models.ts'),
  },
  prices: {
    summary: 'show the rates of models or offerings that are in force',
    load: () => import('./commands/prices.ts'),
  },
  measure: {
    summary: 'time models of the providers that are on, with small prompts, which cost',
    load: () => import('./commands/measure.ts'),
  },
  doctor: {
    summary: 'check keys, model lists and addresses of providers',
    load: () => import('./commands/doctor.ts'),
  },
  key: {
    summary: 'make an admin key',
    load: () => import('./commands/key.ts'),
  },
  backup: {
    summary: 'copy the embedded database, while the server runs too',
    load: () => import('./commands/backup.ts'),
  },
  restore: {
    summary: 'put a backup of the embedded database in its place',
    load: () => import('./commands/restore.ts'),
  },
  'train-complexity': {
    summary: 'learn from labelled prompts which are hard, for routes',
    load: () => import('./commands/train-complexity.ts'),
  },
  'print-schema': {
    summary: 'write the GraphQL schemas into a folder',
    load: () => import('./commands/print-schema.ts'),
  },
  'print-providers': {
    summary: 'write the table of known providers into a Markdown file',
    load: () => import('./commands/print-providers.ts'),
  },
};

const VERSION_WORDS: ReadonlySet<string> = new Set(['version', '--version', '-v', '-V']);
const HELP_WORDS: ReadonlySet<string> = new Set(['--help', '-h']);

/** Of output that is not a terminal. */
const USUAL_HELP_WIDTH = 100;

const HELP_END = `
Settings come from flags, the environment, .env and modelgraph.yaml, in this order; README.md lists them.

Examples:
  modelgraph                             start the server on http://127.0.0.1:4000
  modelgraph compare --task coding       which model to take
  modelgraph prices claude-opus-4-7      what a model costs, and where
  modelgraph help compare                arguments and options of a command`;

/** A parser that throws where others would write and exit. */
const createProgram = (name: string, terminal: Terminal, write: (text: string) => void): Program =>
  new Program(name)
    .exitOverride()
    .configureOutput({
      writeOut: write,
      writeErr: () => {},
      outputError: () => {},
      getOutHelpWidth: () => (Number.isFinite(terminal.width) ? terminal.width : USUAL_HELP_WIDTH),
      getOutHasColors: () => terminal.colours,
    })
    .configureHelp({ minWidthToWrap: 20, styleTitle: (title) => paint(terminal, 'TITLE', title) })
    .helpOption('-h, --help', 'show this help');

const problemLine = (text: string): string => {
  const line = text
    .replace(/^error: /, '')
    .replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .replace(/ \((Did you mean .*\?)\)$/, '. $1')
    .trim();
  const sentence = line.charAt(0).toUpperCase() + line.slice(1);
  return /[.?!]$/.test(sentence) ? sentence : `${sentence}.`;
};

const misuse = (problem: string): Command => ({ kind: 'MISUSE', problem: problemLine(problem) });

/** `--name=yes` and `--name=no` of options that have both `--name` and `--no-name`. */
const switched = (program: Program, argument: string): string => {
  const [, name, value = ''] = /^--([a-z-]+)=(yes|true|no|false)$/i.exec(argument) ?? [];
  if (!program.options.some(({ long }) => long === `--no-${name}`)) return argument;
  return /^[yt]/i.test(value) ? `--${name}` : `--no-${name}`;
};

/** What is wrong with the arguments that are no options; undefined if something else is. */
const argumentProblem = (
  command: string,
  { args, registeredArguments }: Program,
  code: string,
): string | undefined => {
  if (code === 'commander.missingArgument') {
    const missing = registeredArguments.slice(args.length).find(({ required }) => required);
    return missing && `Missing argument <${missing.name()}>: ${missing.description}`;
  }
  if (code !== 'commander.excessArguments') return undefined;
  const count = registeredArguments.length;
  const takes = count === 0 ? 'only options' : count === 1 ? 'one argument' : `${count} arguments`;
  return `Unexpected argument '${args[count]?.slice(0, 60)}': ${command} takes ${takes}`;
};

const parseWith = async (
  name: string,
  { summary, alias, load }: Definition,
  args: readonly string[],
  terminal: Terminal,
): Promise<Command> => {
  let help = '';
  const program = createProgram(`modelgraph ${name}`, terminal, (text) => {
    help += text;
  });
  program.description(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`);
  if (alias !== undefined) program.alias(alias);
  const { define } = await load();
  const read = define(program);
  let command: Command | undefined;
  program.action(() => {
    command = read();
  });
  try {
    program.parse(
      // Help is wanted whatever else is wrong.
      args.some((each) => HELP_WORDS.has(each)) ? ['--help'] : args.map((each) => switched(program, each)),
      { from: 'user' },
    );
    return command ?? misuse(`${name} cannot be read`);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed') return { kind: 'HELP', text: help };
    return misuse(argumentProblem(name, program, error.code) ?? error.message);
  }
};

/** All commands. */
const rootHelp = (terminal: Terminal): Command => {
  const program = createProgram('modelgraph', terminal, () => {})
    .usage('[command] [options]')
    .description('One GraphQL graph of every AI model, its price, its measured speed and its answers.')
    .helpCommand('help [command]', 'show the arguments and options of a command')
    .addHelpText('after', HELP_END);
  program.option('-v, --version', 'show the version');
  for (const [name, { summary, alias }] of Object.entries(COMMANDS)) {
    const command = program.command(name).summary(summary).usage('').helpOption(false);
    if (alias !== undefined) command.alias(alias);
  }
  program.command('version').summary('show the version').helpOption(false);
  let text = '';
  program.configureOutput({
    writeOut: (part) => {
      text += part;
    },
  });
  program.outputHelp();
  return { kind: 'HELP', text };
};

const definitionOf = (word: string): readonly [name: string, definition: Definition] | undefined =>
  Object.entries(COMMANDS).find(([name, { alias }]) => word === name || word === alias);

const unknownCommand = (word: string): Command => {
  const names = Object.entries(COMMANDS).flatMap(([name, { alias }]) => [name, alias ?? name]);
  const nearest = nearestWord(word, new Set([...names, 'help', 'version']));
  const hint = nearest === undefined ? 'modelgraph --help lists the commands.' : `Did you mean ${nearest}?`;
  return misuse(`There is no command '${word.slice(0, 60)}'. ${hint}`);
};

/** Reads the arguments after the command's own name. */
export const parseCommandLine = async (
  args: readonly string[],
  terminal: Terminal = PLAIN_TERMINAL,
): Promise<Command> => {
  const [first, ...rest] = args;
  if (first === 'help') {
    const [about] = rest.filter((each) => !each.startsWith('-'));
    return about === undefined || about === 'help'
      ? rootHelp(terminal)
      : parseCommandLine([about, '--help'], terminal);
  }
  if (first !== undefined && HELP_WORDS.has(first)) return rootHelp(terminal);
  if (first !== undefined && VERSION_WORDS.has(first)) return { kind: 'VERSION' };
  if (first === undefined || first.startsWith('-')) {
    const serve = definitionOf('serve');
    return serve === undefined ? rootHelp(terminal) : parseWith(...serve, args, terminal);
  }
  const found = definitionOf(first);
  return found === undefined ? unknownCommand(first) : parseWith(...found, rest, terminal);
};
