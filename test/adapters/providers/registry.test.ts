import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDispatcher } from '../../../src/adapters/providers/dispatcher.ts';
import { connectProvider, KNOWN_PROVIDERS, knownProvider } from '../../../src/adapters/providers/registry.ts';
import { labOf } from '../../../src/catalogue/identity/labs.ts';
import { asProviderId } from '../../../src/domain/ids.ts';
import type { Dialect } from '../../../src/domain/provider.ts';
import type { ProviderEvent } from '../../../src/domain/provider-event.ts';
import type { ProviderSettings } from '../../../src/domain/provider-settings.ts';
import { anthropicTextStream } from '../../fixtures/upstream/anthropic.ts';
import { geminiTextStream } from '../../fixtures/upstream/gemini.ts';
import { openAiTextStream } from '../../fixtures/upstream/openai.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { providerEvents } from '../../support/provider-events.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { startUpstream, type Upstream } from '../../support/upstream.ts';

const dispatcher = createDispatcher();
let upstream: Upstream;
beforeAll(async () => {
  upstream = await startUpstream();
  upstream.respond(({ path }) => {
    if (path.includes('messages')) return anthropicTextStream(['Hi']);
    return path.includes('GenerateContent') ? geminiTextStream(['Hi']) : openAiTextStream(['Hi']);
  });
});
afterAll(async () => {
  await dispatcher.destroy();
  await upstream.close();
});

const complete = async (settings: ProviderSettings): Promise<readonly ProviderEvent[]> => {
  const provider = await connectProvider(settings, {
    dispatcher,
    clock: createFakeClock(),
    log: recordedLog(),
  });
  expect(provider.id).toBe(settings.id);
  const call = {
    providerModelId: 'some-model',
    request: {
      messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
      tools: [],
      maxOutputTokens: 9,
    },
    stream: true,
  } as const;
  const events: ProviderEvent[] = [];
  for await (const event of providerEvents(provider, call, new AbortController().signal)) events.push(event);
  return events;
};

test('ids and aliases are unique, and have no slash', () => {
  const names = KNOWN_PROVIDERS.flatMap(({ id, aliases = [] }) => [id, ...aliases]);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9-]*$/);
  expect(knownProvider('gemini')?.id).toBe('google');
  expect(knownProvider('nobody')).toBeUndefined();
});

test.each(KNOWN_PROVIDERS.map((known) => [known.id, known] as const))(
  '%s is well described',
  (_id, known) => {
    expect(known.baseUrl).toMatch(
      known.kind === 'LOCAL' ? /^http:\/\/127\.0\.0\.1:\d+\/v1$/ : /^https:\/\/.*[^/]$/,
    );
    expect(known.docsUrl).toMatch(/^https:\/\//);
    expect(known.local !== undefined).toBe(known.kind === 'LOCAL');
    for (const variable of known.keyVariables)
      expect(variable).toMatch(/^[A-Z0-9_]+_(API_KEY|TOKEN|BEDROCK)$/);
    if (known.seedId !== undefined)
      expect(KNOWN_PROVIDERS.map(({ id }) => String(id))).toContain(known.seedId);
    const names = known.offerings?.map(({ providerModelId }) => providerModelId) ?? [];
    expect(new Set(names).size).toBe(names.length);
    for (const { modelSlug } of known.offerings ?? []) {
      const lab = modelSlug?.split('/')[0];
      // Another name of the lab would make a second model of what is one.
      if (lab !== undefined) expect(labOf(lab)).toBe(lab);
    }
    if (known.id.endsWith('-cn')) expect(known.region).toBe('CN');
    const placeholders = [...known.baseUrl.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(known.variables?.map(({ name }) => name) ?? []).toEqual(expect.arrayContaining(placeholders));
  },
);

test('no two providers are turned on by one variable', () => {
  const variables = KNOWN_PROVIDERS.flatMap(({ keyVariables }) => keyVariables);
  expect(new Set(variables).size).toBe(variables.length);
});

test.each([
  ['openai', '/v1', '/v1/chat/completions'],
  ['anthropic', '', '/v1/messages'],
  ['gemini', '', '/v1beta/models/some-model:streamGenerateContent?alt=sse'],
] as const)('a stranger that speaks %s is called at %s', async (dialect, path, called) => {
  const events = await complete({ id: asProviderId('my-relay'), dialect, baseUrl: `${upstream.url}${path}` });
  expect(events.at(-1)?.type).toBe('completed');
  expect(upstream.requests.at(-1)?.path).toBe(called);
});

test('OpenAI is asked for reasoning models by its Responses, unless the operator insists on a dialect', async () => {
  const pathFor = async (dialect?: Dialect): Promise<string | undefined> => {
    const settings = { id: asProviderId('openai'), baseUrl: upstream.url, ...(dialect && { dialect }) };
    const provider = await connectProvider(settings, {
      dispatcher,
      clock: createFakeClock(),
      log: recordedLog(),
    });
    const call = {
      providerModelId: 'gpt-5-mini',
      request: { messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }], tools: [] },
      stream: true,
    } as const;
    for await (const _event of providerEvents(provider, call, new AbortController().signal));
    return upstream.requests.at(-1)?.path;
  };
  expect(await pathFor()).toBe('/responses');
  expect(await pathFor('openai')).toBe('/chat/completions');
  expect(await pathFor('openai-responses')).toBe('/responses');
});

test('OpenAI gets max_completion_tokens, strangers get max_tokens', async () => {
  await complete({ id: asProviderId('openai'), dialect: 'openai', baseUrl: upstream.url });
  expect(upstream.requests.at(-1)?.body).toMatchObject({ max_completion_tokens: 9 });
  await complete({ id: asProviderId('my-relay'), dialect: 'openai', baseUrl: upstream.url });
  expect(upstream.requests.at(-1)?.body).toMatchObject({ max_tokens: 9 });
});
