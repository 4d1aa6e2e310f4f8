import { RATE_LIMIT_KINDS, type RateLimit, type RateLimitKind } from '../domain/rate-limit.ts';
import type { Headers } from './upstream-failure.ts';
import { momentIn } from './wait-time.ts';

type Field = 'limit' | 'remaining' | 'reset';
/** One header, understood: which limit it is about, and in which of the windows that are counted side by side. */
type Place = { readonly kind: RateLimitKind; readonly window: string; readonly field: Field };
type Found = { limit?: number; remaining?: number; resetsAt?: Date };

/** OpenAI's and its kin: `x-ratelimit-remaining-tokens-minute`; IETF's without `x-`; Mistral's by size; Together's. */
const COMMON = /^(?:x-)?(ratelimit|ratelimitbysize|tokenlimit)-(limit|remaining|reset)(?:-([a-z-]{1,60}))?$/;
/** Anthropic's; its fast mode has limits of its own, which come with answers in that mode. */
const ANTHROPIC =
  /^anthropic-(ratelimit|fast)-(requests|tokens|input-tokens|output-tokens)-(limit|remaining|reset)$/;
/** What all of them hold: of the many headers of an answer, few are worth a closer look. */
const MAYBE = /limit|^anthropic-fast/;
const WINDOW = /(?:^|-)(second|minute|hour|day|week|month)$/;

const kindOf = (family: string, words: string): RateLimitKind | undefined => {
  if (words === '') return family === 'ratelimit' ? 'REQUESTS' : 'TOKENS';
  const parts = words.split('-');
  if (parts.includes('tokens')) {
    if (parts.includes('prompt') || parts.includes('input')) return 'INPUT_TOKENS';
    return parts.includes('generated') || parts.includes('output') ? 'OUTPUT_TOKENS' : 'TOKENS';
  }
  return parts.includes('requests') || parts.includes('req') ? 'REQUESTS' : undefined;
};

const fieldOf = (word: string | undefined): Field | undefined =>
  word === 'limit' || word === 'remaining' || word === 'reset' ? word : undefined;

const placeOf = (name: string): Place | undefined => {
  const anthropic = ANTHROPIC.exec(name);
  if (anthropic) {
    const kind = kindOf('ratelimit', anthropic[2] ?? '');
    const field = fieldOf(anthropic[3]);
    return kind === undefined || field === undefined
      ? undefined
      : { kind, window: anthropic[1] ?? '', field };
  }
  const [, family = '', word, suffix = ''] = COMMON.exec(name) ?? [];
  const field = fieldOf(word);
  if (field === undefined) return undefined;
  const words = suffix.replace(WINDOW, '');
  const kind = kindOf(family, words);
  return kind === undefined ? undefined : { kind, window: `${family} ${suffix}`, field };
};

/** The first number of `100, 100;w=60` too. */
const countOf = (value: string): number | undefined => {
  const digits = /^(\d{1,15})(?:\.\d+)?(?=$|[\s,;])/.exec(value)?.[1];
  return digits === undefined ? undefined : Number(digits);
};

const NONE: readonly RateLimit[] = [];

/** Members of a structured field such as `"default";r=50;t=30`, each by its name. */
const itemsOf = (value: string): ReadonlyMap<string, ReadonlyMap<string, number>> =>
  new Map(
    value.split(',').flatMap((item) => {
      const [name = '', ...parameters] = item.split(';').map((piece) => piece.trim());
      const numbers = parameters.flatMap((parameter) => {
        const [, key, digits] = /^([a-z]+)=(\d{1,15})$/.exec(parameter) ?? [];
        return key === undefined ? [] : [[key, Number(digits)] as const];
      });
      return name === '' ? [] : [[name, new Map(numbers)] as const];
    }),
  );

/** `RateLimit` and `RateLimit-Policy` of the later IETF drafts. */
const structuredLimits = (headers: Headers, now: Date): readonly Found[] => {
  const policies = itemsOf(headers['ratelimit-policy'] ?? '');
  return [...itemsOf(headers.ratelimit ?? '')].flatMap(([name, item]) => {
    const remaining = item.get('r');
    const wait = item.get('t');
    const limit = policies.get(name)?.get('q');
    const resetsAt = wait === undefined ? undefined : momentIn(String(wait), now);
    if (remaining === undefined) return [];
    return [
      { remaining, ...(limit !== undefined && { limit }), ...(resetsAt !== undefined && { resetsAt }) },
    ];
  });
};

/** Fewest left first; of those that do not say what is left, the smaller limit. */
const byTightness = (one: Found, other: Found): number =>
  (one.remaining ?? Number.MAX_SAFE_INTEGER) - (other.remaining ?? Number.MAX_SAFE_INTEGER) ||
  (one.limit ?? Number.MAX_SAFE_INTEGER) - (other.limit ?? Number.MAX_SAFE_INTEGER);

/**
 * What an answer's headers say of the provider's limits, at most one of each kind. Where a provider counts several
 * windows side by side (a minute and a day), the one with the fewest left is given: it is the one that stops the
 * next call. Waits count from the time that `clock` tells. Header names are in lower case. Garbage is ignored; never throws.
 */
export const readRateLimits = (headers: Headers, clock: () => Date): readonly RateLimit[] => {
  const told: [name: string, value: string][] = [];
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined && MAYBE.test(name)) told.push([name, value]);
  }
  if (told.length === 0) return NONE;
  const now = clock();
  const found = new Map<RateLimitKind, Map<string, Found>>();
  const windowOf = (kind: RateLimitKind, window: string): Found => {
    const windows = found.get(kind) ?? new Map<string, Found>();
    found.set(kind, windows);
    const known = windows.get(window) ?? {};
    windows.set(window, known);
    return known;
  };
  for (const [name, raw] of told) {
    const place = placeOf(name);
    if (place === undefined) continue;
    const value = raw.trim();
    if (place.field === 'reset') {
      const resetsAt = momentIn(value, now);
      if (resetsAt !== undefined) windowOf(place.kind, place.window).resetsAt = resetsAt;
      continue;
    }
    const count = countOf(value);
    if (count !== undefined) windowOf(place.kind, place.window)[place.field] = count;
  }
  for (const [index, limit] of structuredLimits(headers, now).entries())
    Object.assign(windowOf('REQUESTS', `structured ${index}`), limit);

  return RATE_LIMIT_KINDS.flatMap((kind) => {
    // A reset alone says neither what the limit is nor what is left of it.
    const windows = [...(found.get(kind)?.values() ?? [])].filter(
      (window) => window.limit !== undefined || window.remaining !== undefined,
    );
    const tightest = windows.sort(byTightness)[0];
    return tightest === undefined ? [] : [{ kind, ...tightest }];
  });
};
