import { expect, it } from 'vitest';
import { convertGenaiPrices } from '../../src/price-lists/genai-prices/convert-list.ts';

const idsOf = (lab: string, names: readonly string[]): readonly string[] => {
  const models = names.map((id) => ({ id, match: { equals: id }, prices: { input_mtok: 1 } }));
  return convertGenaiPrices([{ id: lab, name: lab, models }]).reading.offerings.flatMap((offering) =>
    offering.providerId === lab ? [offering.providerModelId] : [],
  );
};

it.each([
  ['mistral', 'mistral-large-2512', 'mistral-large-2512:free'],
  ['openai', 'gpt-4o', 'gpt-4o:extended'],
  ['google', 'gemini-9-flash', 'gemini-9-flash:thinking'],
  ['cohere', 'command-z', 'command-z:online'],
  ['mistral', 'mistral-small-2603', 'mistral-small-9.1-24b-instruct'],
  ['mistral', 'open-mixtral-8x22b', 'mixtral-8x22b-instruct'],
  ['openai', 'o4-mini', 'o4-mini-high'],
  ['openai', 'gpt-image-2', 'gpt-5.4-image-2'],
  ['google', 'gemini-1.5-flash', 'gemini-flash-1.5'],
  ['deepseek', 'deepseek-chat', 'deepseek-chat-v3-0324'],
])("%s sells %s, not an aggregator's %s", (provider, own, other) => {
  expect(idsOf(provider, [own, other])).toEqual([own]);
});

it('keeps a name of a hub as a model, which other providers can be joined to', () => {
  const { reading } = convertGenaiPrices([
    { id: 'openai', models: [{ id: 'gpt-5-image', match: { equals: 'gpt-5-image' }, prices: {} }] },
  ]);
  expect(reading.models.map(({ slug }) => slug)).toEqual(['openai/gpt-5-image']);
  expect(reading.offerings).toEqual([]);
});
