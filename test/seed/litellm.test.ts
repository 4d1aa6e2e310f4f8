import { expect, it } from 'vitest';
import { convertLitellm } from '../../.ci/seed/litellm.ts';
import { withoutStaleTiers } from '../../.ci/seed/without-stale-tiers.ts';
import { loadShippedList } from '../../src/catalogue/shipped/load-shipped-lists.ts';
import type { ShippedList, ShippedPrices } from '../../src/catalogue/shipped/shipped-list.ts';

const edition = { version: '2026-08-01', publishedAt: '2026-08-01T00:00:00.000Z' };
const convert = (models: object): ShippedList =>
  convertLitellm(JSON.stringify(models), edition, (id) => id.endsWith('/still-listed'));
const pricesIn = (list: ShippedList, id: string): readonly ShippedPrices[] =>
  list.providers.flatMap(({ offerings }) => offerings).find((offering) => offering.id === id)?.prices ?? [];

it('keeps service tiers, tools and the day of retirement', () => {
  const list = convert({
    'gpt-5-mini': {
      litellm_provider: 'openai',
      mode: 'chat',
      input_cost_per_token: 2.5e-7,
      output_cost_per_token: 2e-6,
      input_cost_per_token_flex: 1.25e-7,
      input_cost_per_token_priority: 4.5e-7,
      search_context_cost_per_query: {
        search_context_size_low: 0.01,
        search_context_size_medium: 0.01,
        search_context_size_high: 0.01,
      },
      deprecation_date: '2027-02-07',
    },
  });
  expect(list.providers[0]?.offerings[0]).toMatchObject({ id: 'gpt-5-mini', retires: '2027-02-07' });
  expect(pricesIn(list, 'gpt-5-mini')).toEqual([
    { rates: { input: '0.25', output: '2', 'toolCalls{tool=web_search}': '10' } },
    { tier: 'FLEX', rates: { input: '0.125' } },
    { tier: 'PRIORITY', rates: { input: '0.45' } },
  ]);
});

it('leaves out placeholders, commitments, lists by size and providers that nobody can call', () => {
  const list = convert({
    'fireworks_ai/accounts/fireworks/models/flux': {
      litellm_provider: 'fireworks_ai',
      mode: 'chat',
      input_cost_per_token: 1e-10,
    },
    'sambanova/Llama': { litellm_provider: 'sambanova', mode: 'chat', input_cost_per_token: 1e-9 },
    'pinstripes/x': { litellm_provider: 'pinstripes', mode: 'chat', input_cost_per_token: 1e-6 },
    'bedrock/us-east-1/1-month-commitment/cohere.command-text-v14': {
      litellm_provider: 'bedrock',
      mode: 'chat',
      input_cost_per_second: 0.011,
    },
  });
  expect(list.providers.map(({ id, offerings }) => [id, offerings.map(({ prices }) => prices)])).toEqual([
    ['bedrock', [undefined]],
    ['sambanova', [undefined]],
  ]);
});

it('drops dated names that cost the same, and what was retired before unless another list has it', () => {
  const chat = { litellm_provider: 'openai', mode: 'chat', input_cost_per_token: 1e-6 };
  const { providers } = convert({
    one: chat,
    'one-2024-07-18': chat,
    'one-2024-11-20': { ...chat, input_cost_per_token: 2e-6 },
    retired: { ...chat, deprecation_date: '2026-07-31' },
    'still-listed': { ...chat, deprecation_date: '2026-07-31' },
    retiring: { ...chat, deprecation_date: '2026-10-23' },
  });
  expect(providers[0]?.offerings.map(({ id, retires, prices }) => [id, retires, prices?.length])).toEqual([
    ['one', undefined, 1],
    ['one-2024-11-20', undefined, 1],
    ['retiring', '2026-10-23', 1],
    ['still-listed', '2026-07-31', undefined],
  ]);
});

it('drops the tiers of a model whose plain rate a newer list contradicts', () => {
  const old = convert({
    changed: {
      litellm_provider: 'openai',
      mode: 'chat',
      input_cost_per_token: 5e-6,
      input_cost_per_token_flex: 2.5e-6,
    },
    kept: {
      litellm_provider: 'openai',
      mode: 'chat',
      input_cost_per_token: 5e-6,
      input_cost_per_token_flex: 2.5e-6,
    },
  });
  const newer: ShippedList = {
    ...old,
    publishedAt: '2026-11-20T00:00:00.000Z',
    providers: [
      {
        id: 'openai',
        offerings: [
          { id: 'changed', prices: [{ rates: { input: '4' } }] },
          { id: 'kept', prices: [{ rates: { input: '5' } }] },
        ],
      },
    ],
  };
  const list = withoutStaleTiers(old, [newer]);
  expect(pricesIn(list, 'changed')).toEqual([{ rates: { input: '5' } }]);
  expect(pricesIn(list, 'kept')).toHaveLength(2);
});

it.each([
  ['openai', 'tts-1', { rates: { charactersIn: '15' } }],
  ['cohere', 'rerank-v3.5', { rates: { requests: '2' } }],
  ['deepgram', 'nova-3', { rates: { audioSecondsIn: '0.258' } }],
  ['voyage', 'voyage-3-large', { rates: { input: '0.18' } }],
])('as shipped states %s/%s', async (providerId, id, prices) => {
  const { providers } = await loadShippedList('litellm');
  const offering = providers
    .find((provider) => provider.id === providerId)
    ?.offerings.find((one) => one.id === id);
  expect(offering?.prices).toEqual([prices]);
});

it('keeps of a name that moved to another model nothing but its rates of text', () => {
  const old = convert({
    'gemini/gemini-flash-latest': {
      litellm_provider: 'gemini',
      mode: 'chat',
      input_cost_per_token: 3e-7,
      input_cost_per_audio_token: 1e-6,
      search_context_cost_per_query: { search_context_size_low: 0.035 },
    },
  });
  const newer: ShippedList = {
    ...old,
    publishedAt: '2026-11-20T00:00:00.000Z',
    providers: [
      { id: 'google', offerings: [{ id: 'gemini-flash-latest', prices: [{ rates: { input: '1.5' } }] }] },
    ],
  };
  const [google] = withoutStaleTiers(old, [newer]).providers;
  expect(google?.offerings.map(({ prices }) => prices)).toEqual([[{ rates: { input: '0.3' } }]]);
});
