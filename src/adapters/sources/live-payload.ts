import type { Capability } from '../../domain/model.ts';
import type { Modality } from '../../domain/price.ts';
import {
  type SourceOffering,
  type SourcePrice,
  type SourceProblem,
  SourceUnreadable,
} from '../../ports/catalogue-source.ts';
import { MAX_OFFERINGS, MAX_TEXT, nameIn } from '../../price-lists/read-values.ts';
import { jsonBody } from './row-reading.ts';

export type JsonMembers = { readonly [name: string]: unknown };

/** Undefined for what is no JSON object. */
export const membersOf = (value: unknown): JsonMembers | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** A measured figure above 0; 0 stands for not measured in these lists. */
export const figureOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined;

/** The rows of a list. Throws SourceUnreadable where there is none, or more than is taken. */
export const rowsOf = (value: unknown, what: string): readonly unknown[] => {
  if (!Array.isArray(value)) throw new SourceUnreadable(`${what}: takes a list.`);
  if (value.length === 0) throw new SourceUnreadable(`${what}: the list is empty.`);
  if (value.length > MAX_OFFERINGS)
    throw new SourceUnreadable(`${what}: has ${value.length} rows; at most ${MAX_OFFERINGS} are taken.`);
  return value;
};

/** The rows of `{"data": […]}`, as `rowsOf`. */
export const dataRows = (bodies: { readonly [name: string]: string }, name: string): readonly unknown[] => {
  const data = membersOf(jsonBody(bodies, name))?.data;
  if (data === undefined) throw new SourceUnreadable(`${name}: has no list \`data\`.`);
  return rowsOf(data, `${name}.data`);
};

const MODALITY_OF: ReadonlyMap<string, Modality> = new Map([
  ['text', 'TEXT'],
  ['image', 'IMAGE'],
  ['audio', 'AUDIO'],
  ['video', 'VIDEO'],
  ['file', 'DOCUMENT'],
  ['pdf', 'DOCUMENT'],
]);

/** Undefined where none is known of them. */
export const modalitiesOf = (value: unknown): readonly Modality[] | undefined => {
  const known = listOf(value).flatMap((each) =>
    typeof each === 'string' ? (MODALITY_OF.get(each.toLowerCase()) ?? []) : [],
  );
  return known.length === 0 ? undefined : [...new Set(known)];
};

/** Seconds or milliseconds since 1970, as ISO 8601 text. */
export const epochOf = (value: unknown): string | undefined => {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value <= 0) return undefined;
  const milliseconds = value > 100_000_000_000 ? value : value * 1000;
  return milliseconds > 8_640_000_000_000_000 ? undefined : new Date(milliseconds).toISOString();
};

/** What `lab/name` tells of who made a model. A variant such as `:free` is no part of its name. */
export const splitId = (id: string): { readonly lab?: string; readonly name: string } => {
  const [plain = id] = id.split(':');
  const slash = plain.indexOf('/');
  return slash > 0 ? { lab: plain.slice(0, slash), name: plain.slice(slash + 1) } : { name: plain };
};

/** What a list says of one row: an offering as far as it can be read, and what cannot be believed. */
export type RowReading = {
  readonly offerings: readonly SourceOffering[];
  readonly problems: readonly SourceProblem[];
};

/** Reads each row by itself: one that cannot be read is a problem of its own. */
export const readRows = (
  rows: readonly unknown[],
  provider: string,
  idName: string,
  read: (id: string, row: JsonMembers) => RowReading,
): { readonly offerings: SourceOffering[]; readonly problems: SourceProblem[] } => {
  const offerings: SourceOffering[] = [];
  const problems: SourceProblem[] = [];
  const seen = new Set<string>();
  for (const [index, row] of rows.entries()) {
    const members = membersOf(row);
    const id = nameIn(members?.[idName]);
    if (members === undefined || id === undefined) {
      const detail = `takes an object with a text \`${idName}\` of at most ${MAX_TEXT} characters`;
      problems.push({ subject: `${provider}/[${index}]`, reason: 'MALFORMED', detail });
      continue;
    }
    const reading = read(id, members);
    problems.push(...reading.problems);
    for (const offering of reading.offerings) {
      if (seen.has(offering.providerModelId)) {
        const subject = `${provider}/${offering.providerModelId}`;
        problems.push({ subject, reason: 'MALFORMED', detail: 'is listed twice; the first is used' });
        continue;
      }
      if (offerings.length >= MAX_OFFERINGS)
        throw new SourceUnreadable(`${provider}: lists more than ${MAX_OFFERINGS} offerings.`);
      seen.add(offering.providerModelId);
      offerings.push(offering);
    }
  }
  if (offerings.length === 0) throw new SourceUnreadable(`${provider}: no row of the list can be read.`);
  return { offerings, problems };
};

/** Facts that follow from a price: what has a rate for cache reads can cache prompts. */
export const withCaching = (
  capabilities: readonly Capability[],
  prices: readonly SourcePrice[],
): readonly Capability[] =>
  prices.some(({ meter }) => meter.tokenType === 'CACHE_READ')
    ? [...capabilities, 'PROMPT_CACHING']
    : capabilities;
