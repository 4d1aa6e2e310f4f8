import fc from 'fast-check';
import { isDeeperThan, isJsonObject, type JsonValue } from '../../src/domain/json.ts';

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
const nestedObjects = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

/** Values as JSON text, so that those are among them which no value in memory is written as. */
const STRANGE: readonly string[] = [
  ...['null', 'true', 'false', '0', '-0', '-1', '1.5', '1e999', '-1e999', '1e-999', '1e308', '4294967296'],
  ...['9007199254740993', '123456789012345678901234567890', '-9223372036854775809', '2147483648', '0.1'],
  ...['""', '" "', '"x"', '"0"', '"-1"', '"NaN"', '"Infinity"', '"1e999"', '"null"', '"\\u0000"'],
  ...['"\\ud800"', '"\\udc00\\ud800"', '"\\ufeff"', '"\\u2028\\u2029"', '"😀é"', '"[DONE]"', '"error"'],
  ...['"__proto__"', '"constructor"', '"toString"', '"hasOwnProperty"', `"${'x'.repeat(10_000)}"`],
  ...['[]', '{}', '[null]', '[[]]', '[{}]', '[[],{},1,"x",null]', '{"":{}}', '{"0":1,"length":5}'],
  ...['{"__proto__":{"polluted":1}}', '{"constructor":{"prototype":{"polluted":1}}}', '{"toString":1}'],
  ...['{"message":"x"}', '{"code":1e999}', '{"type":"error"}', '{"type":null}', '{"text":"x"}'],
  ...[nested(200), nested(5_000), nestedObjects(3_000)],
];

const NAMES: readonly string[] = ['__proto__', 'constructor', 'prototype', 'toString', 'error', '', 'x'];

/** A value as JSON text, its own or any. */
export const strangeText = (): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...STRANGE) },
    { weight: 1, arbitrary: fc.json({ maxDepth: 3 }) },
  );

type Change = {
  readonly at: number;
  readonly kind: 'PUT' | 'DROP' | 'TWICE' | 'ADD' | 'RENAME' | 'WRAP';
  readonly text: string;
  readonly name: string;
};

const change = (): fc.Arbitrary<Change> =>
  fc.record({
    at: fc.nat(400),
    kind: fc.constantFrom('PUT', 'PUT', 'PUT', 'DROP', 'TWICE', 'ADD', 'RENAME', 'WRAP'),
    text: strangeText(),
    name: fc.constantFrom(...NAMES),
  });

const countIn = (value: JsonValue): number => {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((sum, each) => sum + countIn(each), 1);
};

/** Writes a value, in which one place, counted from the root on, is changed. */
const written = (root: JsonValue, { at, kind, text, name }: Change): string => {
  const place = at % countIn(root);
  let seen = -1;
  const write = (value: JsonValue): readonly string[] => {
    seen += 1;
    const isIt = seen === place;
    const plain = plainly(value, isIt);
    if (!isIt) return [plain];
    switch (kind) {
      case 'PUT':
        return [text];
      case 'DROP':
        return [];
      case 'TWICE':
        return [text, plain];
      case 'WRAP':
        return [`[${plain}]`];
      default:
        return [plain];
    }
  };
  const plainly = (value: JsonValue, isIt: boolean): string => {
    if (Array.isArray(value)) return `[${value.flatMap(write).join(',')}]`;
    if (!isJsonObject(value)) return JSON.stringify(value);
    const members = Object.entries(value).flatMap(([key, each], index) => {
      const written = isIt && kind === 'RENAME' && index === 0 ? name : key;
      return write(each).map((one) => `${JSON.stringify(written)}:${one}`);
    });
    const more = isIt && kind === 'ADD' ? [`${JSON.stringify(name)}:${text}`] : [];
    return `{${[...members, ...more].join(',')}}`;
  };
  return write(root)[0] ?? 'null';
};

/** What is deeper has been changed enough. */
const MAX_LEVELS = 100;

/** Texts near one of these values: with members left out, given twice, renamed, or of another kind. */
export const changedJson = (values: readonly JsonValue[], most = 3): fc.Arbitrary<string> =>
  fc.tuple(fc.constantFrom(...values), fc.array(change(), { maxLength: most })).map(([value, changes]) => {
    let text = JSON.stringify(value);
    for (const each of changes) {
      const read: JsonValue = JSON.parse(text);
      if (isDeeperThan(read, MAX_LEVELS)) return text;
      text = written(read, each);
    }
    return text;
  });

type Edit = { readonly at: number; readonly cut: number; readonly put: Uint8Array };

const edit = (): fc.Arbitrary<Edit> =>
  fc.record({
    at: fc.nat(100_000),
    cut: fc.constantFrom(0, 0, 1, 1, 2, 7, 100),
    put: fc.oneof(
      fc.uint8Array({ maxLength: 4 }),
      fc
        .constantFrom('\n', '\n\n', '\r', 'data:', '\0', '"', '\\', '}', '{', ',', '\uFEFF', ': \n', '[DONE]')
        .map((text) => new TextEncoder().encode(text)),
    ),
  });

/** Bytes with some of them gone, changed or put between. */
export const damaged = (bytes: Uint8Array, edits: readonly Edit[]): Uint8Array => {
  let now = Buffer.from(bytes);
  for (const { at, cut, put } of edits) {
    const from = at % (now.byteLength + 1);
    now = Buffer.concat([now.subarray(0, from), put, now.subarray(from + cut)]);
  }
  return now;
};

export const edits = (most = 3): fc.Arbitrary<readonly Edit[]> => fc.array(edit(), { maxLength: most });

/** Where a connection may break bytes in pieces: at any of these places, taken by the length. */
export const cuts = (): fc.Arbitrary<readonly number[]> => fc.array(fc.nat(1_000_000), { maxLength: 12 });

export const inPieces = (bytes: Uint8Array, places: readonly number[]): readonly Uint8Array[] => {
  const at = [...new Set(places.map((place) => place % (bytes.byteLength + 1)))].sort((a, b) => a - b);
  const ends = [...at, bytes.byteLength];
  return ends.map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end));
};
