import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CATALOGUE_SOURCES, catalogueSource } from '../../src/adapters/sources/registry.ts';
import type { JsonValue } from '../../src/domain/json.ts';
import { SourceUnreadable } from '../../src/ports/catalogue-source.ts';
import { fixtureText } from '../adapters/sources/reading.ts';
import { holds } from './fuzz.ts';
import { changedJson, strangeText } from './strange-json.ts';

const DECIMAL = /^\d+(\.\d+)?$/;

/** Amounts are what bills are made of, whatever a list says. */
const read = (id: string, bodies: { readonly [name: string]: string }): void => {
  const source = catalogueSource(id);
  if (source === undefined) throw new Error(`there is no source ${id}`);
  try {
    const { offerings, fx, scores, problems } = source.parse(bodies);
    for (const { prices, providerId, providerModelId } of offerings) {
      expect(providerId).not.toBe('');
      expect(providerModelId).not.toBe('');
      for (const { amount } of prices) expect(amount).toMatch(DECIMAL);
    }
    for (const { rate } of fx) expect(rate).toMatch(DECIMAL);
    for (const { prices = [] } of scores) for (const { amount } of prices) expect(amount).toMatch(DECIMAL);
    for (const { detail } of problems) expect(detail).not.toBe('');
  } catch (error) {
    if (!(error instanceof SourceUnreadable)) throw error;
    expect(error.message).not.toBe('');
  }
};

const FIXTURES: readonly (readonly [id: string, bodies: { readonly [name: string]: string }])[] = [
  ['litellm', { prices: fixtureText('litellm.json') }],
  [
    'models-dev',
    { api: fixtureText('models-dev-api.json'), catalog: fixtureText('models-dev-catalog.json') },
  ],
  ['genai-prices', { data: fixtureText('genai-prices.json') }],
];

describe('a list of prices is read or refused', () => {
  test.each(FIXTURES)('%s', (id, bodies) => {
    const values = Object.entries(bodies).map(([name, text]): readonly [string, JsonValue] => [
      name,
      JSON.parse(text),
    ]);
    const drawn = fc
      .tuple(...values.map(([, value]) => changedJson([value], 6)))
      .map((texts) => Object.fromEntries(values.map(([name], index) => [name, texts[index] ?? ''])));
    holds(60, drawn, (changed) => read(id, changed));
  });

  test.each(CATALOGUE_SOURCES.map(({ id }) => id))('%s, whatever comes in place of it', (id) => {
    const names = catalogueSource(id)?.requests.map(({ name }) => name) ?? [];
    const row = strangeText().map(
      (text) => `[{"id":"a/b","model":"x","name":"y","pricing":${text},"price":${text}}]`,
    );
    const body = fc.oneof(
      strangeText(),
      fc.string({ unit: 'binary' }),
      row,
      row.map((text) => `{"data":${text},"models":${text},"rates":${text}}`),
      row.map((text) => `{"a":{"models":${text},"id":"a"}}`),
    );
    const drawn = fc
      .tuple(...names.map(() => body))
      .map((texts) => Object.fromEntries(names.map((name, index) => [name, texts[index] ?? ''])));
    holds(80, drawn, (bodies) => read(id, bodies));
  });
});
