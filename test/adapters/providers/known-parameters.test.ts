import { describe, expect, test } from 'vitest';
import { deepseek } from '../../../src/adapters/providers/known/deepseek.ts';
import { groq } from '../../../src/adapters/providers/known/groq.ts';
import { perplexity } from '../../../src/adapters/providers/known/perplexity.ts';
import { xai } from '../../../src/adapters/providers/known/xai.ts';
import type { KnownProvider } from '../../../src/adapters/providers/known-provider.ts';
import type { CompletionRequest } from '../../../src/domain/completion-request.ts';
import { requestOf, WEATHER } from '../../wire/requests.ts';

const codecOf = ({ api }: KnownProvider, model: string) => {
  if (api.kind !== 'DIALECT') throw new Error('reached through a package');
  return api.codec(model);
};
const namesOf = (known: KnownProvider, model: string, fields: Partial<CompletionRequest>) =>
  codecOf(known, model)
    .unsupported(model, requestOf(fields))
    .map(({ name }) => name)
    .sort();

describe('Groq', () => {
  test.each(['llama-3.3-70b-versatile', 'openai/gpt-oss-120b'])(
    'takes no log probabilities and heeds no penalties: %s',
    (model) => {
      const asked = {
        logprobs: { top: 1 },
        frequencyPenalty: 0.5,
        presencePenalty: 0.5,
        stop: ['END'],
        seed: 1,
      };
      expect(namesOf(groq, model, asked)).toEqual(['frequencyPenalty', 'logprobs', 'presencePenalty']);
    },
  );
});

test.each([
  ['deepseek-chat', []],
  ['deepseek-v4-flash', ['frequencyPenalty', 'presencePenalty', 'temperature']],
  ['deepseek-reasoner', ['frequencyPenalty', 'logprobs', 'presencePenalty', 'temperature', 'topP']],
])('DeepSeek heeds no sampling while it thinks: %s', (model, names) => {
  const asked = {
    temperature: 0.5,
    topP: 0.9,
    frequencyPenalty: 0.5,
    presencePenalty: 0.5,
    logprobs: { top: 1 },
    stop: ['END'],
  };
  expect(namesOf(deepseek, model, asked)).toEqual(names);
});

describe('xAI', () => {
  const asked = { frequencyPenalty: 0.5, presencePenalty: 0.5, stop: ['END'], seed: 1 };

  test.each([
    'grok-4',
    'grok-4-0709',
    'grok-4-1-fast-reasoning',
    'grok-4.3',
    'grok-4.7',
    'grok-3-mini',
    'grok-latest',
  ])('models that reason refuse penalties and stop sequences: %s', (model) => {
    expect(namesOf(xai, model, asked)).toEqual(['frequencyPenalty', 'presencePenalty', 'stop']);
  });

  test.each(['grok-4-1-fast-non-reasoning', 'grok-4.20-non-reasoning', 'grok-3', 'grok-2-vision-1212'])(
    'others take them: %s',
    (model) => {
      expect(namesOf(xai, model, asked)).toEqual([]);
    },
  );

  test.each([
    ['grok-3', ['none', 'minimal', 'low', 'medium', 'high', 'max']],
    ['grok-3-mini', ['none']],
    ['grok-4', ['none', 'minimal', 'low', 'medium', 'high', 'max']],
    ['grok-4-1-fast-reasoning', ['none', 'minimal', 'low', 'medium', 'high', 'max']],
    ['grok-4.20-0309-reasoning', ['none', 'minimal', 'low', 'medium', 'high', 'max']],
    ['grok-code-fast-1', ['none', 'minimal', 'low', 'medium', 'high', 'max']],
    ['grok-build-0.1', ['none', 'minimal', 'low', 'medium', 'high', 'max']],
    ['grok-4.3', []],
    ['grok-4.3-latest', []],
    ['grok-4.5', ['none']],
    ['grok-4.7', ['none']],
  ] as const)('%s cannot be told the efforts %j, not by the nearest word either', (model, refused) => {
    const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'max'] as const;
    const found = efforts.filter((reasoningEffort) => namesOf(xai, model, { reasoningEffort }).length > 0);
    expect(found).toEqual(refused);
  });

  test.each([
    ['grok-3', []],
    ['grok-4-0709', []],
    ['grok-4.20-non-reasoning', ['logprobs']],
    ['grok-4.3', ['logprobs']],
    ['grok-4.7', ['logprobs']],
  ] as const)('%s: log probabilities are of models before 4.20', (model, names) => {
    expect(namesOf(xai, model, { logprobs: { top: 1 } })).toEqual(names);
  });
});

describe('Perplexity', () => {
  const sentFor = (model: string, fields: Partial<CompletionRequest>): unknown =>
    JSON.parse(codecOf(perplexity, model).encode(model, requestOf(fields), true).call.body);
  const SEARCH = { type: 'web_search' };

  test('is asked to search, by its Agent API and the full name of its model', () => {
    const { call } = codecOf(perplexity, 'sonar').encode('sonar', requestOf(), true);
    expect(`${perplexity.baseUrl}${call.path}`).toBe('https://api.perplexity.ai/v1/responses');
    expect(sentFor('sonar', {})).toMatchObject({ model: 'perplexity/sonar', stream: true, tools: [SEARCH] });
    expect(sentFor('openai/gpt-5.4', {})).toMatchObject({ model: 'openai/gpt-5.4', tools: [SEARCH] });
    expect(sentFor('sonar', {})).not.toHaveProperty('store');
  });

  test("the caller's tools come beside the search", () => {
    expect(sentFor('sonar', { tools: [WEATHER] })).toMatchObject({
      tools: [SEARCH, { type: 'function', name: WEATHER.name }],
    });
  });

  test('a schema goes where the API has its place', () => {
    const schema = { type: 'object', properties: {}, additionalProperties: false };
    const sent = sentFor('sonar', { output: { kind: 'jsonSchema', name: 'x', schema } });
    expect(sent).toMatchObject({
      response_format: { type: 'json_schema', json_schema: { name: 'x', schema } },
    });
    expect(sent).not.toHaveProperty('text');
  });
});
