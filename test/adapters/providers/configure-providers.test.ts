import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type ConfiguredProviders,
  configureProviders,
} from '../../../src/adapters/providers/configure-providers.ts';
import { createDispatcher } from '../../../src/adapters/providers/dispatcher.ts';
import { fillBaseUrl, variablesOf } from '../../../src/adapters/providers/provider-variables.ts';
import { knownProvider } from '../../../src/adapters/providers/registry.ts';
import { buildCatalogue } from '../../../src/catalogue/build-catalogue.ts';
import { asModelSlug } from '../../../src/domain/ids.ts';
import type { ProviderEntry } from '../../../src/domain/provider-settings.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { openAiText } from '../../fixtures/upstream/openai.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { providerEvents } from '../../support/provider-events.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { shippedCatalogue, shippedSeed } from '../../support/shipped.ts';
import { startUpstream, type Upstream } from '../../support/upstream.ts';

const dispatcher = createDispatcher();
afterAll(() => dispatcher.destroy());

type Environment = { readonly [name: string]: string };
const entryOf = (entry: Partial<ProviderEntry> & { readonly id: string }): ProviderEntry => ({
  missingVariables: [],
  models: [],
  ...entry,
});
const configure = (
  entries: readonly ProviderEntry[],
  environment: Environment = {},
): Promise<ConfiguredProviders> =>
  configureProviders(
    entries,
    {
      secret: (name) => (environment[name] === undefined ? undefined : new Secret(environment[name])),
      variable: (name) => environment[name],
    },
    { dispatcher, log: recordedLog(), clock: createFakeClock() },
  );
const statusOf = ({ listed }: ConfiguredProviders, id: string) =>
  listed.find(({ info }) => info.id === id)?.info.status;

describe('variables', () => {
  const azure = knownProvider('azure');
  const addressWith = (name: string): string | undefined => {
    const found = variablesOf(azure, undefined, () => name);
    return found.kind === 'FOUND' ? fillBaseUrl(azure?.baseUrl ?? '', found.values) : undefined;
  };

  test('come from the environment', async () => {
    expect(addressWith('my-resource')).toBe('https://my-resource.openai.azure.com/openai/v1');
    const found = await configure([], { AZURE_API_KEY: 'k', AZURE_RESOURCE_NAME: 'my-resource' });
    expect(statusOf(found, 'azure')).toEqual({ kind: 'ON' });
  });

  test('of an entry win over the environment', () => {
    const entry = entryOf({ id: 'azure', variables: { AZURE_RESOURCE_NAME: 'mine' } });
    expect(variablesOf(azure, entry, () => 'other')).toEqual({
      kind: 'FOUND',
      values: { AZURE_RESOURCE_NAME: 'mine' },
    });
  });

  test('that are missing turn a provider off, which says what to set', async () => {
    expect(statusOf(await configure([], { AZURE_API_KEY: 'k' }), 'azure')).toEqual({
      kind: 'OFF',
      reason: 'set AZURE_RESOURCE_NAME',
    });
    expect(statusOf(await configure([]), 'cloudflare')).toEqual({
      kind: 'OFF',
      reason: 'set CLOUDFLARE_API_TOKEN or CLOUDFLARE_API_KEY, and CLOUDFLARE_ACCOUNT_ID',
    });
  });

  test('of an address are not asked for where an entry has its own', async () => {
    const entry = entryOf({ id: 'azure', baseUrl: 'http://127.0.0.1:1/v1', apiKey: new Secret('k') });
    expect(statusOf(await configure([entry]), 'azure')).toEqual({ kind: 'ON' });
  });

  test.each([
    'evil.example/',
    'evil.example#',
    'evil.example?',
    'a.evil.example:443/x',
    'user@evil.example',
    'a\\b',
    '..',
    'a/../b',
    '%2e',
    'ä',
    'a b',
    '-a',
    'x'.repeat(65),
  ])('cannot lead elsewhere: %s', async (value) => {
    expect(addressWith(value)).toBeUndefined();
    const found = await configure([], { AZURE_API_KEY: 'k', AZURE_RESOURCE_NAME: value });
    expect(statusOf(found, 'azure')).toEqual({
      kind: 'OFF',
      reason: 'AZURE_RESOURCE_NAME takes letters, digits, dashes and underscores only',
    });
    expect([...found.connected.keys()]).not.toContain('azure');
  });
});

test.each([
  [
    'azure',
    'AZURE_RESOURCE',
    'providers: "azure" has no variable AZURE_RESOURCE; it takes AZURE_RESOURCE_NAME.',
  ],
  ['openai', 'REGION', 'providers: "openai" has no variable REGION; it takes none.'],
  ['my-relay', 'REGION', 'providers: "my-relay" has no variable REGION; it takes none.'],
])('a variable that %s does not have is refused: %s', async (id, name, message) => {
  await expect(configure([entryOf({ id, variables: { [name]: 'x' } })])).rejects.toThrow(message);
});

describe('a relay beside the lab', () => {
  let upstream: Upstream;
  beforeEach(async () => {
    upstream = await startUpstream();
    upstream.respond(() => openAiText(['Hi']));
  });
  afterEach(() => upstream.close());

  test('gives one model two offerings in two regions, and each is called by its own name for it', async () => {
    const found = await configure(
      [
        entryOf({ id: 'laozhang', baseUrl: `${upstream.url}/relay/v1` }),
        entryOf({ id: 'openai', baseUrl: `${upstream.url}/v1`, region: 'US' }),
      ],
      { LAOZHANG_API_KEY: 'k-relay', OPENAI_API_KEY: 'k-lab' },
    );
    const catalogue = buildCatalogue({ readings: [], seed: await shippedSeed(), providers: found.listed });
    const offerings = catalogue
      .offeringsOf(asModelSlug('openai/gpt-4o-mini'))
      .filter((offering) => catalogue.isOn(offering));
    expect(offerings).toMatchObject([
      { id: 'laozhang/gpt-4o-mini', region: 'CN', join: 'EXPLICIT', billing: 'UNKNOWN' },
      { id: 'openai/gpt-4o-mini', region: 'US', join: 'EXPLICIT', billing: 'METERED' },
    ]);
    for (const { providerId, providerModelId } of offerings) {
      const call = {
        providerModelId,
        request: { messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }], tools: [] },
        stream: false,
      } as const;
      const provider = found.connected.get(providerId);
      if (provider !== undefined)
        for await (const event of providerEvents(provider, call, new AbortController().signal)) void event;
    }
    expect(upstream.requests.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ['/relay/v1/chat/completions', 'Bearer k-relay'],
      ['/v1/chat/completions', 'Bearer k-lab'],
    ]);
  });
});

test("the seed's models are those of the providers that serve them", async () => {
  const { listed } = await configure([]);
  const catalogue = buildCatalogue({ readings: [], seed: await shippedSeed(), providers: listed });
  const serving = (slug: string): readonly string[] =>
    catalogue.offeringsOf(asModelSlug(slug)).map(({ providerId }) => providerId);
  expect(serving('anthropic/claude-sonnet-4-5')).toContain('vertex');
  expect(serving('anthropic/claude-sonnet-4-5')).not.toContain('google');
  expect(serving('google/gemini-2.5-flash')).toEqual(expect.arrayContaining(['google', 'vertex']));
  expect(serving('openai/gpt-oss-120b')).toContain('groq');
  expect(serving('openai/gpt-oss-120b')).not.toContain('openai');
});

test('offerings that the registry declares mean models by name, and none is listed twice', async () => {
  const { listed } = await configure([]);
  const seed = await shippedSeed();
  const catalogue = buildCatalogue({ readings: [], seed, providers: listed });
  const shipped = await shippedCatalogue();
  const known = new Set(shipped.models.map(({ slug }) => slug));
  const mainstream = ['azure', 'laozhang', 'vercel', 'helicone', 'portkey', 'github'];
  for (const provider of mainstream) {
    const offered = catalogue.offerings.filter(({ providerId }) => providerId === provider);
    const joined = offered.filter(({ modelSlug }) => known.has(modelSlug));
    expect(joined.length, provider).toBeGreaterThanOrEqual(4);
  }
});
