import { beforeAll, expect, test } from 'vitest';
import { reportedRequests } from '../../support/reported-faults.ts';
import { type StrictProviders, strictProviders } from './strict-providers.ts';

/** Providers of every dialect, each with what only its maker refuses. */
const MODELS = [
  'anthropic/claude-sonnet-4-5',
  'anthropic/claude-sonnet-4-6',
  'relayclaude/m1',
  'google/gemini-3-pro-preview',
  'google/gemini-2.5-flash',
  'mistral/mistral-large-latest',
  'openai/gpt-5',
  'groq/openai/gpt-oss-120b',
  'deepseek/deepseek-v4-flash',
  'zai/glm-4.7',
  'relay/m1',
  'relayresponses/m1',
  'relaygemini/m1',
  'quirky/m1',
];

/** Those about what a provider is sent, by their numbers; the others are about its answers. */
const requests = reportedRequests().filter(({ title }) => /^(?:0[1-8]|1[45])/.test(title));

let providers: StrictProviders;

beforeAll(async () => {
  providers = await strictProviders();
});

test.skipIf(requests.length === 0).for(requests)(
  'a request that was reported: $title',
  async ({ path, body }) => {
    const own = body.model.split(' ')[0] ?? '';
    for (const model of new Set([own, ...MODELS])) {
      const { status, body: answer } = await providers.ask(path, { ...body, model, stream: false });
      // A model that takes no images says so, which is all that can be done.
      if (status === 400 && /MODALITY/.test(answer.error.message)) continue;
      expect({ model, status, answer }).toMatchObject({ model, status: 200 });
    }
  },
);
