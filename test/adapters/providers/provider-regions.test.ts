import { afterAll, describe, expect, it } from 'vitest';
import { configureProviders } from '../../../src/adapters/providers/configure-providers.ts';
import { createDispatcher } from '../../../src/adapters/providers/dispatcher.ts';
import { KNOWN_PROVIDERS } from '../../../src/adapters/providers/registry.ts';
import { buildCatalogue } from '../../../src/catalogue/build-catalogue.ts';
import { offeringCheck } from '../../../src/catalogue/filter/offering-check.ts';
import { ratePerMillion } from '../../../src/catalogue/price-engine.ts';
import { asOfferingId } from '../../../src/domain/ids.ts';
import { regionsOfProvider } from '../../../src/domain/provider-regions.ts';
import type { ProviderEntry } from '../../../src/domain/provider-settings.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { shippedSeed } from '../../support/shipped.ts';

const dispatcher = createDispatcher();
afterAll(() => dispatcher.destroy());

const serverWith = async (
  environment: { readonly [name: string]: string },
  entries: readonly Partial<ProviderEntry>[] = [],
) => {
  const { listed } = await configureProviders(
    entries.map((entry) => ({ id: '', missingVariables: [], models: [], ...entry })),
    {
      secret: (name) => (environment[name] === undefined ? undefined : new Secret(environment[name])),
      variable: (name) => environment[name],
    },
    { dispatcher, log: recordedLog(), clock: createFakeClock() },
  );
  return buildCatalogue({ seed: await shippedSeed(), providers: listed, readings: [] });
};

it('every known provider says where it serves from, and on which page that stands', () => {
  const silent = KNOWN_PROVIDERS.filter(({ id, local }) => {
    const known = regionsOfProvider(id);
    return (
      known === undefined ||
      known.codes.length === 0 ||
      (local === undefined && known.sourceUrl === undefined)
    );
  });
  expect(silent.map(({ id }) => id)).toEqual([]);
});

describe('a region', () => {
  const claude = 'anthropic.claude-opus-4-8';

  it('of Bedrock is the one that is configured, or the area that begins the name of a model', async () => {
    const catalogue = await serverWith({ AWS_BEARER_TOKEN_BEDROCK: 'k', AWS_REGION: 'eu-central-1' });
    const regionOf = (name: string) => catalogue.offering(asOfferingId(`bedrock/${name}`))?.region;
    expect(regionOf(claude)).toBe('eu-central-1');
    expect(regionOf(`global.${claude}`)).toBe('global');
    expect(regionOf(`jp.${claude}`)).toBe('jp');
    expect(catalogue.offering(asOfferingId(`bedrock/${claude}`))?.providerId).toBe('bedrock');
    // pi-ai 1.6.0 and genai-prices: a tenth more in a region than through the global profile.
    const rate = (name: string) => {
      const offering = catalogue.offering(asOfferingId(`bedrock/${name}`));
      if (offering === undefined) throw new Error(name);
      return ratePerMillion(
        offering,
        catalogue.pricesOf(offering.id),
        'OUTPUT',
        'USD',
        new Date('2026-11-30'),
      )?.toString();
    };
    expect([rate(claude), rate(`eu.${claude}`), rate(`global.${claude}`)]).toEqual(['27.5', '27.5', '25']);
  });

  it('follows the host, the variable and the operator’s own word', async () => {
    const catalogue = await serverWith({ MISTRAL_API_KEY: 'k', XAI_API_KEY: 'k', OPENAI_API_KEY: 'k' }, [
      { id: 'openai', baseUrl: 'https://eu.api.openai.com/v1' },
      { id: 'mistral', region: 'FR' },
    ]);
    const regions = (id: string) => catalogue.providers.find((provider) => provider.id === id)?.regions;
    expect(regions('openai')).toEqual(['EU']);
    expect(regions('mistral')).toEqual(['FR']);
    expect(regions('xai')).toEqual(['global']);
    expect(regions('deepseek')).toEqual(['CN']);
  });

  it('finds candidates for the README’s own filter, whatever its case, and none that may be served elsewhere', async () => {
    const catalogue = await serverWith({
      AWS_BEARER_TOKEN_BEDROCK: 'k',
      AWS_REGION: 'us-east-1',
      DEEPSEEK_API_KEY: 'k',
      DEEPINFRA_API_KEY: 'k',
      OPENAI_API_KEY: 'k',
    });
    const check = offeringCheck(
      { capabilities: ['TOOLS'], regions: ['us', 'EU'] },
      { catalogue, at: new Date() },
    );
    const found = catalogue.offerings.filter(
      (offering) => catalogue.isOn(offering) && check(offering) === undefined,
    );
    const providers = new Set(found.map(({ providerId }) => providerId));
    expect(providers).toContain('bedrock');
    expect(providers).not.toContain('deepseek');
    // It may serve from anywhere unless a region is configured.
    expect(providers).not.toContain('openai');
    expect(found.every(({ id }) => !id.startsWith('bedrock/global.'))).toBe(true);
    expect(found.length).toBeGreaterThan(20);
  });
});
