import { beforeAll, describe, expect, it } from 'vitest';
import { listProviders } from '../../src/adapters/providers/configure-providers.ts';
import { mergeInSlices } from '../../src/catalogue/build-catalogue.ts';
import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import type { CatalogueInput, CatalogueProvider } from '../../src/catalogue/catalogue-input.ts';
import {
  inputKey,
  type KeptCatalogue,
  packCatalogue,
  unpackCatalogue,
} from '../../src/catalogue/kept-catalogue.ts';
import type { MergedCatalogue } from '../../src/catalogue/merge/merge-catalogue.ts';
import { loadSeed, type Seed } from '../../src/catalogue/seed.ts';
import { overridesReading, ratesReading } from '../../src/catalogue/sources/operator-readings.ts';
import { asProviderId } from '../../src/domain/ids.ts';
import { METERS } from '../../src/domain/meters.ts';
import { Decimal } from '../../src/domain/money.ts';
import type { ProviderEntry } from '../../src/domain/provider-settings.ts';
import { Secret } from '../../src/domain/secret.ts';
import { EMPTY_READING } from '../../src/ports/catalogue-source.ts';

const AT = new Date('2026-11-30T12:00:00Z');
const SECOND_MS = 1_000;

/** All that can be asked of a catalogue, as text. */
const allOf = (catalogue: Catalogue, names: readonly string[]): readonly string[] => [
  JSON.stringify([catalogue.providers, catalogue.fx, catalogue.quarantine]),
  ...catalogue.models.map((model) =>
    JSON.stringify([
      model,
      catalogue.model(model.slug) === model,
      catalogue.offeringsOf(model.slug).map(({ id }) => id),
      catalogue.qualityOf(model.slug),
    ]),
  ),
  ...catalogue.offerings.map((offering) =>
    JSON.stringify([
      offering,
      catalogue.offering(offering.id) === offering,
      catalogue.isOn(offering),
      catalogue.performanceOf(offering.id),
      catalogue
        .pricesOf(offering.id)
        .map((price) => [price, catalogue.observationsOf(price), catalogue.disagreementOf(price.id)]),
    ]),
  ),
  ...names.map((name) => {
    const { model, offering, candidates, suggestions } = { ...NO_MEANING, ...catalogue.resolve(name) };
    return JSON.stringify([name, model, offering, candidates, suggestions?.(), catalogue.unlisted(name)]);
  }),
];
const NO_MEANING = { model: undefined, offering: undefined, candidates: undefined, suggestions: undefined };

const NAMES = [
  'gpt-4o',
  'GPT 4o mini',
  'openai/gpt-4o-mini',
  'anthropic/claude-sonnet-4-5-20250929',
  'claude-sonnet-4.5',
  'openrouter/deepseek/deepseek-r1',
  'openai/gpt-99',
  'ft:gpt-4o-mini-2024-07-18:acme::abc',
  'relay/own-model',
  'no such model',
];

const ENTRIES: readonly ProviderEntry[] = [
  {
    id: 'relay',
    dialect: 'openai',
    baseUrl: 'https://relay.example/v1',
    apiKey: new Secret('sk-relay-0123456789'),
    missingVariables: [],
    models: [
      {
        providerModelId: 'own-model',
        prices: { currency: 'USD', input: new Decimal('0.1'), output: new Decimal('1.25') },
      },
      { providerModelId: 'gpt-4o' },
    ],
  },
  { id: 'openai', missingVariables: [], models: [] },
];

let seed: Seed;
beforeAll(async () => {
  seed = await loadSeed();
});

const inputOf = async (
  entries: readonly ProviderEntry[],
  readings: CatalogueInput['readings'],
): Promise<CatalogueInput & { readonly readAt: Date }> => ({
  seed,
  providers: await listProviders(entries, {
    secret: () => undefined,
    variable: () => undefined,
  }),
  readings,
  readAt: AT,
});

describe.each([
  ['nothing is configured', [], []],
  ['providers are configured, with models and prices of their own', ENTRIES, []],
  [
    'the operator states prices and rates',
    [],
    [
      overridesReading(
        {
          ...EMPTY_READING,
          offerings: [
            {
              providerId: 'openai',
              providerModelId: 'gpt-4o',
              identity: {},
              facts: {},
              performance: [],
              prices: [
                {
                  meter: METERS.input,
                  amount: '1.5',
                  discount: '0.25',
                  per: 1_000_000,
                  currency: 'USD',
                  serviceTier: 'STANDARD',
                  conditions: {},
                  tierMode: 'CLIFF',
                  billing: 'METERED',
                },
              ],
            },
          ],
        },
        AT,
      ),
      ...ratesReading({ rates: [{ currency: 'CNY', perUsd: new Decimal('7.1') }] }, AT),
    ],
  ],
] as const)('a kept catalogue, where %s', (_, entries, readings) => {
  let input: CatalogueInput & { readonly readAt: Date };
  let merged: MergedCatalogue;
  let key: string;
  let packed: Buffer;
  const unpacked = (
    bytes = packed,
    given = key,
    providers: readonly CatalogueProvider[] = input.providers,
    now = AT,
  ): KeptCatalogue | undefined => unpackCatalogue(bytes, given, providers, now);
  beforeAll(async () => {
    input = await inputOf(entries, readings);
    merged = await mergeInSlices(input, async () => {});
    key = inputKey(input);
    packed = packCatalogue(key, input, merged);
  });

  it('answers as the one that was built, and names the same lists', () => {
    const kept = unpacked();
    expect(kept?.shipped.map(({ sourceId }) => sourceId)).toEqual(
      seed.readings.map(({ sourceId }) => sourceId),
    );
    const [built, read] = [merged.catalogue, kept?.catalogue].map(
      (catalogue) => catalogue && allOf(catalogue, NAMES),
    );
    expect(built?.length).toBeGreaterThan(4_000);
    // One by one: of two that differ, the difference is shown.
    for (const [place, text] of built?.entries() ?? [])
      if (read?.[place] !== text) expect(read?.[place]).toBe(text);
    expect(read?.length).toBe(built?.length);
    const amounts = kept?.catalogue.offerings.flatMap(({ id }) =>
      kept.catalogue.pricesOf(id).map(({ amount }) => amount),
    );
    expect(amounts?.every((amount) => amount instanceof Decimal)).toBe(true);
  });

  it('is not used where a byte of it is another, or it is cut short', () => {
    for (const place of [0, 5, packed.length >> 1, packed.length - 1]) {
      const broken = Buffer.from(packed);
      broken.writeUInt8((broken.readUInt8(place) + 1) % 256, place);
      expect(unpacked(broken)).toBeUndefined();
    }
    for (const length of [0, 3, 4, packed.length - 1])
      expect(unpacked(packed.subarray(0, length))).toBeUndefined();
  });

  it('holds no credential', () => {
    expect(packed.includes('sk-relay')).toBe(false);
    expect(key).not.toContain('sk-relay');
  });

  it('is not used for another configuration', async () => {
    const other = await inputOf(
      [
        {
          id: 'other',
          dialect: 'openai',
          baseUrl: 'https://other.example/v1',
          missingVariables: [],
          models: [],
        },
      ],
      [],
    );
    expect(inputKey(other)).not.toBe(key);
    expect(unpacked(packed, inputKey(other), other.providers)).toBeUndefined();
  });

  it('is used whatever providers that are off lack, which is what is said now', () => {
    const reasoned = input.providers.map(({ info, ...provider }): CatalogueProvider => {
      const status = info.status.kind === 'ON' ? info.status : { kind: 'OFF' as const, reason: 'it sleeps' };
      return { ...provider, info: { ...info, status, unknownModels: info.unknownModels ?? 'PASS' } };
    });
    expect(inputKey({ ...input, providers: reasoned })).toBe(key);
    const kept = unpacked(packed, key, reasoned);
    expect(kept?.catalogue.provider(asProviderId('anthropic'))?.status).toEqual({
      kind: 'OFF',
      reason: 'it sleeps',
    });
    const refusing = reasoned.map(
      ({ info, ...provider }): CatalogueProvider => ({
        ...provider,
        info: { ...info, unknownModels: 'REFUSE' },
      }),
    );
    expect(inputKey({ ...input, providers: refusing })).not.toBe(key);
  });

  it('is not used before it was built, nor from when another rate may hold', () => {
    expect(unpacked(packed, key, input.providers, new Date(AT.getTime() - SECOND_MS))).toBeUndefined();
    const changes = [...merged.parts.prices.values()]
      .flat()
      .flatMap(({ effectiveFrom, effectiveTo }) => [effectiveFrom, effectiveTo])
      .flatMap((moment) => (moment !== undefined && moment > AT ? [moment.getTime()] : []));
    const first = Math.min(...changes, AT.getTime() + 7 * 86_400_000);
    expect(unpacked(packed, key, input.providers, new Date(first))).toBeUndefined();
  });
});
