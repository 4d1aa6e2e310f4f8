import type { Command } from 'commander';
import { DEFAULT_BENCHMARK } from '../../catalogue/quality/common-benchmark.ts';
import { BILLINGS, CAPABILITIES, MODEL_JOINS } from '../../domain/model.ts';
import { AVAILABILITIES, INCLUSIONS, type OfferingFilter } from '../../domain/offering-filter.ts';
import { MODALITIES } from '../../domain/price.ts';
import { PROVIDER_KINDS } from '../../domain/provider.ts';
import {
  type Reads,
  type ReadText,
  readDate,
  readList,
  readMoney,
  readNumber,
  readQuality,
  readShare,
  readText,
  readWhole,
  readWord,
  readWords,
  switchOption,
  typed,
  valueOption,
} from './options.ts';

type Member = keyof OfferingFilter;
type Value<Name extends Member> = NonNullable<OfferingFilter[Name]>;

/** How a member of the filter is given. */
type Row<Value> = {
  readonly about: string;
  /** A shorter name than the member's own with dashes, which is taken too. */
  readonly short?: string;
  readonly add: (command: Command, flag: string, about: string, alias: string | undefined) => Reads<Value>;
};

const takes =
  <Value>(hint: string, read: ReadText<Value>): Row<Value>['add'] =>
  (command, flag, about, alias) =>
    valueOption(command, `${flag} <${hint}>`, about, { read, alias });

const names = (about: string): Row<readonly string[]> => ({ about, add: takes('a,b', readList) });
const text = (about: string): Row<string> => ({ about, add: takes('text', readText) });
const tokens = (about: string): Row<number> => ({ about, add: takes('tokens', readWhole) });
const date = (about: string): Row<Date> => ({ about, add: takes('date', readDate) });
const money = (about: string): Row<NonNullable<OfferingFilter['maxBlendedPrice']>> => ({
  about,
  add: takes('amount', readMoney),
});
const yesOrNo = (about: string): Row<boolean> => ({
  about,
  add: (command, flag, description) => switchOption(command, flag, description),
});
const word = <Word extends string>(words: readonly Word[], about: string): Row<Word> => ({
  about: `${about}: ${words.map(typed).join(', ')}`,
  add: takes('word', readWord(words)),
});
const list = <Word extends string>(words: readonly Word[], about: string): Row<readonly Word[]> => ({
  about: `${about}: ${words.map(typed).join(', ')}`,
  add: takes('a,b', readWords(words)),
});

/** One for each member of the filter: a member that is forgotten does not compile. */
const ROWS: { readonly [Name in Member]-?: Row<Value<Name>> } = {
  search: text('part of the id or name'),
  models: names('models: slugs, names or aliases'),
  offerings: names('offerings, as provider/model'),
  labs: names('who trained the model, e.g. openai'),
  families: names('what its name begins with, e.g. claude-sonnet'),
  providers: names('providers, e.g. openai,groq'),
  excludeProviders: names('not these providers'),
  providerKinds: { ...list(PROVIDER_KINDS, 'kinds of provider'), short: '--kinds' },
  excludeProviderKinds: { ...list(PROVIDER_KINDS, 'not these kinds of provider'), short: '--exclude-kinds' },
  regions: names('where it is served, e.g. EU, DE or us-east-1'),
  zeroRetention: yesOrNo('the provider keeps nothing of a request'),
  openWeights: yesOrNo('the weights can be downloaded'),
  capabilities: list(CAPABILITIES, 'has all of these'),
  inputModalities: { ...list(MODALITIES, 'takes all of these'), short: '--modalities' },
  outputModalities: list(MODALITIES, 'gives all of these'),
  minContextWindow: { ...tokens('context window in tokens, e.g. 128k or 1M'), short: '--min-context' },
  minOutputTokens: tokens('tokens that one answer may have at least'),
  releasedAfter: date('released on that day or later, e.g. 2026-01-31 or 2026'),
  releasedBefore: date('released before that day'),
  retired: word(INCLUSIONS, 'models that were switched off'),
  deprecated: word(INCLUSIONS, 'models that a source calls deprecated'),
  movingAliases: word(INCLUSIONS, 'names such as gpt-latest that move from model to model'),
  billing: list(BILLINGS, 'how it is paid for'),
  free: word(INCLUSIONS, 'what costs nothing'),
  modelJoins: list(MODEL_JOINS, 'how its model was found'),
  availability: word(AVAILABILITIES, 'whether its provider is on'),
  maxInputPrice: money('most for 1M input tokens, in USD or with a currency, e.g. 2 or 14CNY'),
  maxOutputPrice: money('most for 1M output tokens'),
  maxBlendedPrice: {
    ...money('most for 1M tokens, three of input to one of output'),
    short: '--max-price',
  },
  maxCostPerRequest: money('most for a request of the workload'),
  minQuality: {
    about: 'least score, e.g. 60 (modelgraph index) or gpqa-diamond=80',
    add: takes('score', readQuality(DEFAULT_BENCHMARK)),
  },
  maxTtftMs: { about: 'median time to first token, in milliseconds', add: takes('ms', readNumber) },
  minOutputTps: { about: 'median output tokens a second', add: takes('n', readNumber) },
  minUptime: { about: 'share of calls that succeed, 0 to 1', add: takes('share', readShare) },
};

const isMember = (name: string): name is Member => Object.hasOwn(ROWS, name);
const MEMBERS: readonly Member[] = Object.keys(ROWS).filter(isMember);

const longName = (member: Member): string =>
  `--${member.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** The flag of a member of the filter, for messages; undefined for what is no member. */
export const flagOfMember = (member: string): string | undefined =>
  isMember(member) ? (ROWS[member].short ?? longName(member)) : undefined;

type Draft = { -readonly [Name in Member]?: Value<Name> };

const addMember = <Name extends Member>(
  command: Command,
  member: Name,
  { about, short, add }: Row<Value<Name>>,
): ((draft: Draft) => void) => {
  const long = longName(member);
  const read = add(command, short ?? long, about, short === undefined ? undefined : long);
  return (draft) => {
    const value: Value<Name> | undefined = read();
    if (value !== undefined) draft[member] = value;
  };
};

/** Adds the filter's options; gives what reads the filter once the arguments are parsed. */
export const filterOptions = (command: Command, without: readonly Member[] = []): (() => OfferingFilter) => {
  command.optionsGroup('Filter (every condition must hold; what is unknown does not pass):');
  const members = MEMBERS.filter((member) => !without.includes(member));
  const write = members.map((member) => addMember(command, member, ROWS[member]));
  command.optionsGroup('Options:');
  return () => {
    const draft: Draft = {};
    for (const each of write) each(draft);
    return draft;
  };
};
