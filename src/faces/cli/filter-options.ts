import { DEFAULT_BENCHMARK } from '../../catalogue/quality/common-benchmark.ts';
import { BILLINGS, CAPABILITIES, MODEL_JOINS } from '../../domain/model.ts';
import { Decimal } from '../../domain/money.ts';
import { AVAILABILITIES, INCLUSIONS, type OfferingFilter } from '../../domain/offering-filter.ts';
import { MODALITIES } from '../../domain/price.ts';
import { PROVIDER_KINDS } from '../../domain/provider.ts';
import {
  ArgumentProblem,
  type GivenOptions,
  type OptionKind,
  type OptionKinds,
  readList,
  readNumber,
  readShare,
  readWhole,
  readWord,
  shown,
} from './read-options.ts';

type Reader<Value> = {
  readonly kind: OptionKind;
  /** What stands for its value in the help. */
  readonly hint: string;
  readonly read: (given: GivenOptions, name: string) => Value | undefined;
};

const text: Reader<string> = { kind: 'VALUE', hint: 'TEXT', read: ({ values }, name) => values.get(name) };
const names: Reader<readonly string[]> = { kind: 'LIST', hint: 'A,B', read: readList };
const tokens: Reader<number> = { kind: 'VALUE', hint: 'N', read: readWhole };
const number: Reader<number> = { kind: 'VALUE', hint: 'N', read: readNumber };
const share: Reader<number> = { kind: 'VALUE', hint: 'X', read: readShare };

const yesOrNo: Reader<boolean> = {
  kind: 'SWITCH',
  hint: '',
  read: ({ values }, name) => {
    const value = values.get(name)?.toLowerCase();
    if (value === undefined) return undefined;
    if (value === 'yes' || value === 'true') return true;
    if (value === 'no' || value === 'false') return false;
    throw new ArgumentProblem(`"${name}" takes =yes or =no, not "${shown(value)}".`);
  },
};

const word = <Word extends string>(words: readonly Word[]): Reader<Word> => ({
  kind: 'VALUE',
  hint: words.join('|').toLowerCase().replaceAll('_', '-'),
  read: ({ values }, name) => {
    const value = values.get(name);
    return value === undefined ? undefined : readWord(words, name, value);
  },
});

const wordList = <Word extends string>(words: readonly Word[]): Reader<readonly Word[]> => ({
  kind: 'LIST',
  hint: `${words[0]?.toLowerCase() ?? ''},…`,
  read: (given, name) => readList(given, name)?.map((each) => readWord(words, name, each)),
});

const date: Reader<Date> = {
  kind: 'VALUE',
  hint: 'YYYY-MM-DD',
  read: ({ values }, name) => {
    const value = values.get(name);
    if (value === undefined) return undefined;
    const parts = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?$/.exec(value);
    const day = new Date(`${parts?.[1] ?? ''}-${parts?.[2] ?? '01'}-${parts?.[3] ?? '01'}T00:00:00Z`);
    if (parts === null || Number.isNaN(day.getTime()) || !day.toISOString().startsWith(value))
      throw new ArgumentProblem(`"${name}" takes a date, e.g. 2026-01-31 or 2026, not "${shown(value)}".`);
    return day;
  },
};

const money: Reader<NonNullable<OfferingFilter['maxBlendedPrice']>> = {
  kind: 'VALUE',
  hint: 'N[CODE]',
  read: ({ values }, name) => {
    const value = values.get(name);
    if (value === undefined) return undefined;
    const parts = /^(\d{1,15}(?:\.\d{1,15})?) ?([a-z]{3})?$/i.exec(value);
    if (parts === null)
      throw new ArgumentProblem(`"${name}" takes an amount, e.g. 2 or 14CNY, not "${shown(value)}".`);
    const [, amount = '', currency = 'USD'] = parts;
    return { amount: new Decimal(amount), currency: currency.toUpperCase() };
  },
};

const quality: Reader<NonNullable<OfferingFilter['minQuality']>> = {
  kind: 'VALUE',
  hint: '[BENCHMARK=]N',
  read: ({ values }, name) => {
    const value = values.get(name);
    if (value === undefined) return undefined;
    const equals = value.lastIndexOf('=');
    const score = value.slice(equals + 1);
    if (!/^-?\d+(\.\d+)?$/.test(score))
      throw new ArgumentProblem(
        `"${name}" takes a score at the index, or at a benchmark, e.g. 60 or gpqa-diamond=80, not "${shown(value)}".`,
      );
    return { benchmark: equals < 0 ? DEFAULT_BENCHMARK : value.slice(0, equals), score: Number(score) };
  },
};

type Member = keyof OfferingFilter;
type Value<Name extends Member> = NonNullable<OfferingFilter[Name]>;
type Readers = { readonly [Name in Member]-?: Reader<Value<Name>> };
type Draft = { -readonly [Name in Member]?: Value<Name> };

/** One for each member of the filter: a member that is forgotten does not compile. */
const READERS: Readers = {
  search: text,
  models: names,
  offerings: names,
  labs: names,
  families: names,
  providers: names,
  excludeProviders: names,
  providerKinds: wordList(PROVIDER_KINDS),
  excludeProviderKinds: wordList(PROVIDER_KINDS),
  regions: names,
  zeroRetention: yesOrNo,
  openWeights: yesOrNo,
  capabilities: wordList(CAPABILITIES),
  inputModalities: wordList(MODALITIES),
  outputModalities: wordList(MODALITIES),
  minContextWindow: tokens,
  minOutputTokens: tokens,
  releasedAfter: date,
  releasedBefore: date,
  retired: word(INCLUSIONS),
  deprecated: word(INCLUSIONS),
  movingAliases: word(INCLUSIONS),
  billing: wordList(BILLINGS),
  free: word(INCLUSIONS),
  modelJoins: wordList(MODEL_JOINS),
  availability: word(AVAILABILITIES),
  maxInputPrice: money,
  maxOutputPrice: money,
  maxBlendedPrice: money,
  maxCostPerRequest: money,
  minQuality: quality,
  maxTtftMs: number,
  minOutputTps: number,
  minUptime: share,
};

/** Words that are shorter than the member's own. */
const SHORT_NAMES: { readonly [Name in keyof OfferingFilter]?: string } = {
  providerKinds: '--kinds',
  excludeProviderKinds: '--exclude-kinds',
  inputModalities: '--modalities',
  minContextWindow: '--min-context',
  maxBlendedPrice: '--max-price',
};

const longName = (member: string): string =>
  `--${member.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

const isMember = (name: string): name is Member => Object.hasOwn(READERS, name);
const MEMBERS: readonly Member[] = Object.keys(READERS).filter(isMember);

/** The option of a member: `--exclude-providers` of `excludeProviders`, or a shorter one. */
export const optionName = (member: Member): string => SHORT_NAMES[member] ?? longName(member);

/** What a member of the filter goes by, for messages; undefined for what is no member. */
export const optionOfMember = (member: string): string | undefined =>
  isMember(member) ? optionName(member) : undefined;

/** Options of the filter: the graph's words, with dashes; the short names and the long ones. */
export const FILTER_OPTIONS: OptionKinds = Object.fromEntries(
  MEMBERS.flatMap((member) => [
    [longName(member), READERS[member].kind],
    [optionName(member), READERS[member].kind],
  ]),
);

/** `--name HINT` of each, for the help. */
export const FILTER_HINTS: readonly string[] = MEMBERS.map((member) =>
  `${optionName(member)} ${READERS[member].hint}`.trim(),
);

const readMember = <Name extends Member>(
  given: GivenOptions,
  member: Name,
  { read }: Reader<Value<Name>>,
  draft: Draft,
): void => {
  const value: Value<Name> | undefined = read(given, optionName(member)) ?? read(given, longName(member));
  if (value !== undefined) draft[member] = value;
};

/** The filter that the options say. */
export const readFilter = (given: GivenOptions): OfferingFilter => {
  const draft: Draft = {};
  for (const member of MEMBERS) readMember(given, member, READERS[member], draft);
  return draft;
};
