import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from './page.ts';

/** A field's arguments as the graph's types give them. */
type Arguments = { readonly [name: string]: unknown };

/**
 * What a field adds to the weight of an operation, all that is selected below it included.
 *
 * @param below what is selected below weighs once; for that type alone, if a name is given
 */
export type WeighField = (args: Arguments, below: (typeName?: string) => number) => number;

/** What one unit of weight stands for: microseconds of a core, about what a field takes with its part of the answer. */
export const UNIT_US = 5;

/** Largest weight of an operation: each field counts 1, and a list's fields as often as the list is long. */
export const MAX_WEIGHT = 50_000;

/** What each thing that is asked for by id weighs beside its fields: at most 5,000 go into one operation. */
export const WEIGHT_BY_ID = 10;

/** Arguments that say how many things are asked for. */
const SIZES: ReadonlySet<string> = new Set(['first', 'last', 'ids']);

export const hasSize = (argumentNames: readonly { readonly name: string }[]): boolean =>
  argumentNames.some(({ name }) => SIZES.has(name));

const pageSize = ({ first, last }: Arguments): number => {
  if (first == null && last == null) return DEFAULT_PAGE_SIZE;
  return Math.min(Math.max(Number(first ?? 0), Number(last ?? 0), 1), MAX_PAGE_SIZE);
};

/** For fields that page through a list or look several things up by their ids. */
export const weighBySize: WeighField = (args, below) => {
  if (!Array.isArray(args.ids)) return 1 + pageSize(args) * below();
  return Math.max(1, args.ids.length * (WEIGHT_BY_ID + below()));
};

/** What going through the whole catalogue weighs, whatever is shown of it. */
const WEIGHT_OF_ORDER = 2_000;
const WEIGHT_OF_FILTER = 1_000;

/** For lists over the whole catalogue. */
const weighCatalogue: WeighField = (args, below) =>
  weighBySize(args, below) +
  (args.order == null ? 0 : WEIGHT_OF_ORDER) +
  (args.filter == null ? 0 : WEIGHT_OF_FILTER);

/** As the `extensions` of a field: how it is weighed, or its own weight if that is always the same. */
export const weight = (weigh: WeighField | number): { readonly weight: WeighField } => ({
  weight: typeof weigh === 'number' ? (_args, below) => weigh + below() : weigh,
});

export const CATALOGUE_WEIGHT = weight(weighCatalogue);

/** A list below something, whose rows are looked at one by one where they are filtered. */
const WEIGHT_OF_NESTED_FILTER = 40;
export const NESTED_WEIGHT = weight(
  (args, below) => weighBySize(args, below) + (args.filter == null ? 0 : WEIGHT_OF_NESTED_FILTER),
);

/** A list of which each row is read from the store. */
const WEIGHT_OF_ROW = 12;
const WEIGHT_OF_READING = 100;
export const STORED_WEIGHT = weight(
  (args, below) => WEIGHT_OF_READING + weighBySize(args, () => WEIGHT_OF_ROW + below()),
);

/** What is answered for a moment of the past is read from the store. */
export const WEIGHT_OF_PAST = 50;

/** What is written in an input, each value counting as much as this many characters. */
const CHARACTERS_OF_VALUE = 200;
const charactersIn = (value: unknown): number => {
  if (typeof value === 'string') return value.length + CHARACTERS_OF_VALUE;
  if (typeof value !== 'object' || value === null) return CHARACTERS_OF_VALUE;
  let sum = CHARACTERS_OF_VALUE;
  for (const each of Object.values(value)) sum += charactersIn(each);
  return sum;
};

/** For fields that work through a prompt. */
export const promptWeight = (ownWeight: number, charactersPerUnit: number): { readonly weight: WeighField } =>
  weight(({ input }, below) => ownWeight + Math.ceil(charactersIn(input) / charactersPerUnit) + below());
