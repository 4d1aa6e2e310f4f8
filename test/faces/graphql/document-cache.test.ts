import { parse } from 'graphql';
import { expect, it } from 'vitest';
import { createDocumentCache } from '../../../src/faces/graphql/document-cache.ts';

it('finds a document again by its text', () => {
  const cache = createDocumentCache();
  const document = parse('{ a }');
  cache.set('{ a }', document);
  expect(cache.get('{ a }')).toBe(document);
  expect(cache.get('{ b }')).toBeUndefined();
});

it('does not keep texts that are longer than operations are', () => {
  const cache = createDocumentCache();
  const text = `{ a(b: "${'x'.repeat(65_536)}") }`;
  cache.set(text, parse(text));
  expect(cache.get(text)).toBeUndefined();
});

it.each([
  ['of many short names', (index: number) => `{ ${'a '.repeat(1_900)}b${index} }`],
  ['of one long text', (index: number) => `{ a(b: "${'x'.repeat(60_000)}${index}") }`],
])('keeps so many documents %s that they fit into 64 MiB', (_what, write) => {
  const cache = createDocumentCache();
  const document = parse('{ a }');
  const texts = Array.from({ length: 200 }, (_, index) => write(index));
  for (const text of texts) cache.set(text, document);
  const kept = texts.map((text) => cache.get(text) !== undefined);
  const count = kept.filter(Boolean).length;
  expect(count).toBeGreaterThanOrEqual(55);
  expect(count).toBeLessThanOrEqual(70);
  expect(kept.lastIndexOf(false)).toBe(texts.length - count - 1);
});
