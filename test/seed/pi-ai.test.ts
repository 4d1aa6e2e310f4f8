import { expect, it } from 'vitest';
import { textOfList } from '../../.ci/seed/list-text.ts';
import { convertPiAi } from '../../.ci/seed/pi-ai.ts';
import { readShippedList } from '../../src/catalogue/shipped/shipped-list.ts';

const model = (id: string, cost: object, more: object = {}) => ({
  id,
  name: id,
  type: 'chat',
  input: ['text', 'image'],
  reasoning: true,
  contextWindow: 1000,
  maxTokens: 100,
  cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, ...cost },
  ...more,
});
const edition = { version: '1.6.0', publishedAt: '2026-11-20T11:05:00.000Z' };
const convert = (data: Parameters<typeof convertPiAi>[0]) =>
  readShippedList(JSON.parse(textOfList(convertPiAi(data, edition))));

it('prices the whole prompt by the step that it is above', () => {
  const {
    reading,
    observedAt,
    edition: shipped,
  } = convert({
    'google-vertex': {
      'google-vertex': {
        one: model('gemini', {
          input: 1.25,
          output: 10,
          tiers: [{ inputTokensAbove: 200_000, input: 2.5, output: 15, cacheRead: 0, cacheWrite: 0 }],
        }),
      },
    },
  });
  expect(observedAt).toEqual(new Date('2026-11-20T11:05:00Z'));
  expect(shipped).toMatchObject({ version: '1.6.0', licence: 'MIT' });
  const [offering] = reading.offerings;
  expect(offering).toMatchObject({
    providerId: 'vertex',
    providerModelId: 'gemini',
    facts: {
      limits: { contextWindow: 1000, maxOutputTokens: 100 },
      inputModalities: ['TEXT', 'IMAGE'],
      capabilities: ['COMPLETION', 'TOOLS', 'REASONING'],
    },
  });
  expect(
    offering?.prices.map(({ meter, amount, per, currency, conditions }) => [
      meter.direction,
      amount,
      per,
      currency,
      conditions.promptTokens,
    ]),
  ).toEqual([
    ['INPUT', '1.25', 1_000_000, 'USD', { from: 0, to: 200_001 }],
    ['OUTPUT', '10', 1_000_000, 'USD', { from: 0, to: 200_001 }],
    ['INPUT', '2.5', 1_000_000, 'USD', { from: 200_001 }],
    ['OUTPUT', '15', 1_000_000, 'USD', { from: 200_001 }],
  ]);
});

it('takes no price from a plan, from a converted list or from a placeholder', () => {
  const { reading } = convert({
    'kimi-coding': { api: { one: model('kimi', { input: 1 }) } },
    'moonshotai-cn': { api: { one: model('kimi', { input: 0.9711 }) } },
    nvidia: { api: { one: model('free', { input: 0.001, output: 1e-9 }) } },
    openrouter: { api: { one: model('resold', { input: 1 }) } },
    typesafe: { api: { one: model('classifier', { input: 1 }, { type: 'classifier' }) } },
    zai: {
      'openai-completions': {
        one: model('glm-5.2', { input: 1.4 }, { baseUrl: 'https://api.z.ai/api/coding/paas/v4' }),
      },
    },
  });
  expect(
    reading.offerings.map(({ providerId, billing, prices }) => [providerId, billing, prices.length]),
  ).toEqual([
    ['kimi-coding', 'PLAN', 0],
    ['moonshot-cn', undefined, 0],
    ['nvidia', undefined, 0],
    ['zai', undefined, 1],
  ]);
  expect(reading.providers.find(({ providerId }) => providerId === 'zai')).not.toHaveProperty('baseUrl');
});
