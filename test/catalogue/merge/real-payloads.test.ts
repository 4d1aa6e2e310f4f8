import { beforeAll, describe, expect, it } from 'vitest';
import { buildCatalogue, type CatalogueProvider } from '../../../src/catalogue/build-catalogue.ts';
import type { Catalogue } from '../../../src/catalogue/catalogue.ts';
import { labOf } from '../../../src/catalogue/identity/labs.ts';
import { splitSlug } from '../../../src/catalogue/identity/model-index.ts';
import { asProviderId } from '../../../src/domain/ids.ts';
import type { DatedReading } from '../../../src/ports/catalogue-source.ts';
import { hasCatalogueSamples, titleWithSamples } from '../../support/catalogue-samples.ts';
import { shippedSeed } from '../../support/shipped.ts';
import { pricesOf } from './readings.ts';
import { COLLECTED, knownProviders, realReadings } from './real-payloads.ts';

const seed = await shippedSeed();
const numberOfPrices = (catalogue: Catalogue): number =>
  catalogue.offerings.reduce((sum, { id }) => sum + catalogue.pricesOf(id).length, 0);

/** Plain text tokens and those of the cache, in yuan or dollars: kind, amount, prompt, source, and who says otherwise. */
const rates = (catalogue: Catalogue, id: string): readonly string[] =>
  pricesOf(catalogue, id)
    .filter(
      ({ meter, serviceTier, conditions, effectiveTo }) =>
        meter.family === 'TOKENS' &&
        meter.modality === 'TEXT' &&
        serviceTier === 'STANDARD' &&
        conditions.timeWindow === undefined &&
        conditions.region === undefined &&
        effectiveTo === undefined,
    )
    .map(({ id: priceId, meter, amount, conditions: { promptTokens }, provenance }) => {
      const { lowest, highest, sources } = catalogue.disagreementOf(priceId) ?? { sources: [] };
      return [
        `${meter.direction} ${meter.tokenType} ${amount}`,
        ...(promptTokens === undefined ? [] : [`${promptTokens.from}-${promptTokens.to ?? ''}`]),
        provenance.source,
        ...(sources.length === 0 ? [] : [`(${lowest} to ${highest}: ${sources.join()})`]),
      ].join(' ');
    });

describe('the providers that are known without any configuration', () => {
  it('are none of them listed a second time under the word of a list', async () => {
    const providers = await knownProviders();
    const catalogue = buildCatalogue({ seed, providers, readings: [], readAt: COLLECTED });
    const configured = new Set(providers.map(({ info }) => info.id));
    const seedIds = new Set(providers.map(({ seedId }) => seedId));
    const others = catalogue.providers.filter(({ id }) => !configured.has(id));
    expect(others.filter(({ id }) => seedIds.has(id))).toEqual([]);
    expect(catalogue.provider(asProviderId('aws'))).toBeUndefined();
    const names = catalogue.providers.map(({ name }) => name.toLowerCase());
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});

describe.skipIf(!hasCatalogueSamples)(titleWithSamples('what public lists really say'), () => {
  let providers: readonly CatalogueProvider[];
  let readings: readonly DatedReading[];
  let shipped: Catalogue;
  let live: Catalogue;
  beforeAll(async () => {
    providers = await knownProviders();
    readings = realReadings();
    shipped = buildCatalogue({ seed, providers, readings: [], readAt: COLLECTED });
    live = buildCatalogue({ seed, providers, readings, readAt: COLLECTED, previous: shipped });
  }, 60_000);

  it('is several times what is shipped, and all of that stays', () => {
    expect(live.offerings.length).toBeGreaterThan(8_600);
    expect(numberOfPrices(live)).toBeGreaterThan(38_000);
    expect(live.models.filter(({ slug }) => live.qualityOf(slug).length > 0).length).toBeGreaterThan(290);
    // Lists differ in the case of names.
    const byName = new Map(live.offerings.map((offering) => [offering.id.toLowerCase(), offering]));
    const lost = shipped.offerings.filter(({ id }) => {
      const now = byName.get(id.toLowerCase());
      return (
        shipped.pricesOf(id).length > 0 &&
        now?.billing !== 'PLAN' &&
        (now === undefined || live.pricesOf(now.id).length === 0)
      );
    });
    expect(lost.map(({ id, billing }) => `${id} ${billing}`)).toEqual([]);
  });

  it('prices nothing at 0 that is not free, but tools that cost their tokens alone', () => {
    const zero = live.offerings.flatMap(({ id }) =>
      live
        .pricesOf(id)
        .filter(
          ({ amount, billing, meter }) =>
            amount.isZero() && billing !== 'FREE' && meter.family !== 'TOOL_CALLS',
        ),
    );
    expect(zero.map(({ id }) => id)).toEqual([]);
  });

  it('names no provider twice', () => {
    const names = live.providers.map(({ name }) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, ''));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  // Each of them was looked at: rates of wandb that are 1e5 times too high, rates of sound that are those of text, dollars of
  // providers that bill in yuan, rates of images that are stated as those of text, and rates that are older than the shipped ones.
  it('is not believed where it was found wrong, for these reasons', () => {
    const reasons = new Set(live.quarantine.map(({ source, reason }) => `${source} ${reason}`));
    expect([...reasons].toSorted()).toEqual([
      'genai-prices JUMP',
      'genai-prices UNIT',
      'litellm ABSURD',
      'litellm JUMP',
      'litellm MULTIPLE',
      'litellm PLACEHOLDER',
      'litellm UNIT',
      'models-dev JUMP',
      'models-dev MULTIPLE',
      'models-dev UNCONFIRMED',
      'models-dev UNIT',
      'pi-ai JUMP',
      'portkey ABSURD',
      'portkey JUMP',
      'portkey MULTIPLE',
      'portkey UNIT',
    ]);
    const absurd = live.quarantine.filter(
      ({ reason, detail }) => reason === 'ABSURD' && !detail.includes('of STANDARD'),
    );
    expect(new Set(absurd.map(({ subject }) => splitSlug(subject).lab))).toEqual(new Set(['wandb']));
    const [image] = live.quarantine.filter(({ subject }) => subject === 'google/gemini-2.5-flash-image');
    expect(image?.reason).toBe('JUMP');
  });

  it.each([
    [
      'openai/gpt-5',
      [
        'INPUT PLAIN 1.25 genai-prices',
        'INPUT CACHE_READ 0.125 genai-prices',
        'OUTPUT PLAIN 10 genai-prices',
      ],
    ],
    [
      'openai/gpt-5.5',
      [
        'INPUT PLAIN 5 0-272001 genai-prices',
        'INPUT PLAIN 10 272001- genai-prices',
        'INPUT CACHE_READ 0.5 0-272001 genai-prices',
        'INPUT CACHE_READ 1 272001- genai-prices',
        'OUTPUT PLAIN 30 0-272001 genai-prices',
        'OUTPUT PLAIN 45 272001- genai-prices',
      ],
    ],
    [
      'anthropic/claude-opus-4-5',
      [
        'INPUT PLAIN 5 genai-prices',
        'INPUT CACHE_WRITE_5M 6.25 genai-prices',
        'INPUT CACHE_READ 0.5 genai-prices',
        'OUTPUT PLAIN 25 genai-prices',
        'INPUT CACHE_WRITE_1H 10 genai-prices',
      ],
    ],
    [
      'anthropic/claude-sonnet-4-5',
      [
        'INPUT PLAIN 3 0-200001 genai-prices',
        'INPUT PLAIN 6 200001- genai-prices (3 to 6: models-dev,pi-ai)',
        'INPUT CACHE_WRITE_5M 3.75 0-200001 genai-prices',
        'INPUT CACHE_WRITE_5M 7.5 200001- genai-prices (3.75 to 7.5: models-dev,pi-ai)',
        'INPUT CACHE_READ 0.3 0-200001 genai-prices',
        'INPUT CACHE_READ 0.6 200001- genai-prices (0.3 to 0.6: models-dev,pi-ai)',
        'OUTPUT PLAIN 15 0-200001 genai-prices',
        'OUTPUT PLAIN 22.5 200001- genai-prices (15 to 22.5: models-dev,pi-ai)',
        'INPUT CACHE_WRITE_1H 6 0-200001 genai-prices',
        'INPUT CACHE_WRITE_1H 12 200001- genai-prices',
      ],
    ],
    [
      'anthropic/claude-sonnet-4-0',
      [
        'INPUT PLAIN 3 genai-prices',
        'INPUT CACHE_WRITE_5M 3.75 genai-prices',
        'INPUT CACHE_READ 0.3 genai-prices',
        'OUTPUT PLAIN 15 genai-prices',
        'INPUT CACHE_WRITE_1H 6 genai-prices',
      ],
    ],
    [
      'google/gemini-2.5-pro',
      [
        'INPUT PLAIN 1.25 0-200001 genai-prices',
        'INPUT PLAIN 2.5 200001- genai-prices',
        'INPUT CACHE_READ 0.125 0-200001 genai-prices (0.125 to 0.13: portkey)',
        'INPUT CACHE_READ 0.25 200001- genai-prices',
        'OUTPUT PLAIN 10 0-200001 genai-prices',
        'OUTPUT PLAIN 15 200001- genai-prices',
      ],
    ],
    [
      'google/gemini-2.5-flash',
      [
        'INPUT PLAIN 0.3 genai-prices',
        'INPUT CACHE_READ 0.03 genai-prices',
        'OUTPUT PLAIN 2.5 genai-prices',
        'OUTPUT REASONING 2.5 litellm',
      ],
    ],
    [
      'deepseek/deepseek-v4-pro',
      [
        'INPUT PLAIN 0.66 genai-prices (0.435 to 1.32: models-dev,litellm,pi-ai)',
        'INPUT CACHE_READ 0.022 genai-prices (0.003625 to 0.044: models-dev,litellm,pi-ai)',
        'OUTPUT PLAIN 1.98 genai-prices (0.87 to 3.96: models-dev,litellm,pi-ai)',
        'INPUT PLAIN 4.5 deepseek-page',
        'INPUT CACHE_READ 0.15 deepseek-page',
        'OUTPUT PLAIN 13.5 deepseek-page',
      ],
    ],
    [
      'deepseek/deepseek-chat',
      [
        'INPUT PLAIN 0.135 genai-prices (0.135 to 0.28: models-dev,litellm)',
        'INPUT CACHE_READ 0.035 genai-prices (0.0028 to 0.035: models-dev,litellm)',
        'OUTPUT PLAIN 0.55 genai-prices (0.28 to 0.55: models-dev,litellm)',
      ],
    ],
    [
      'openrouter/qwen/qwen3-max',
      [
        'INPUT PLAIN 0.78 0-32001 openrouter (0.78 to 1.2: genai-prices)',
        'INPUT PLAIN 1.56 32001-128001 openrouter (0.78 to 1.56: genai-prices,models-dev)',
        'INPUT PLAIN 1.95 128001- openrouter (0.78 to 1.95: genai-prices,models-dev)',
        'OUTPUT PLAIN 3.9 0-32001 openrouter (3.9 to 6: genai-prices)',
        'OUTPUT PLAIN 7.8 32001-128001 openrouter (3.9 to 7.8: genai-prices,models-dev)',
        'OUTPUT PLAIN 9.75 128001- openrouter (3.9 to 9.75: genai-prices,models-dev)',
        'INPUT CACHE_READ 0.156 0-32001 openrouter',
        'INPUT CACHE_READ 0.312 32001-128001 openrouter (0.156 to 0.312: models-dev)',
        'INPUT CACHE_READ 0.39 128001- openrouter (0.156 to 0.39: models-dev)',
        'INPUT CACHE_WRITE_5M 0.975 0-32001 openrouter',
        'INPUT CACHE_WRITE_5M 1.95 32001-128001 openrouter (0.975 to 1.95: models-dev)',
        'INPUT CACHE_WRITE_5M 2.4375 128001- openrouter (0.975 to 2.4375: models-dev)',
      ],
    ],
    [
      'dashscope/qwen3-max',
      [
        'INPUT PLAIN 1.2 0-32001 litellm',
        'INPUT PLAIN 2.4 32001-128001 litellm (1.2 to 2.4: models-dev)',
        'INPUT PLAIN 3 128001- litellm (1.2 to 3: models-dev)',
        'OUTPUT PLAIN 6 0-32001 litellm',
        'OUTPUT PLAIN 12 32001-128001 litellm (6 to 12: models-dev)',
        'OUTPUT PLAIN 15 128001- litellm (6 to 15: models-dev)',
      ],
    ],
    ['groq/llama-3.3-70b-versatile', ['INPUT PLAIN 0.59 genai-prices', 'OUTPUT PLAIN 0.79 genai-prices']],
    [
      'together/meta-llama/Llama-3.3-70B-Instruct-Turbo',
      [
        'INPUT PLAIN 0.88 genai-prices (0.88 to 1.04: pi-catalog)',
        'OUTPUT PLAIN 0.88 genai-prices (0.88 to 1.04: pi-catalog)',
      ],
    ],
    ['openai/text-embedding-3-small', ['INPUT PLAIN 0.02 genai-prices']],
    ['openai/gpt-image-1', ['INPUT PLAIN 5 genai-prices', 'INPUT CACHE_READ 1.25 genai-prices']],
    ['openai/whisper-1', []],
    ['openai/gpt-4o-transcribe', ['INPUT PLAIN 2.5 genai-prices', 'OUTPUT PLAIN 10 genai-prices']],
    [
      'zai/glm-4.6',
      ['INPUT PLAIN 0.6 models-dev', 'OUTPUT PLAIN 2.2 models-dev', 'INPUT CACHE_READ 0.11 models-dev'],
    ],
    [
      'moonshot/kimi-k2.6',
      ['INPUT PLAIN 0.95 genai-prices', 'INPUT CACHE_READ 0.16 genai-prices', 'OUTPUT PLAIN 4 genai-prices'],
    ],
  ])('prices %s by the first list in order of precedence', (id, expected) => {
    expect(rates(live, id)).toEqual(expected);
  });

  it('prices what is no text in its own unit', () => {
    const of = (id: string, family: string, modality: string) =>
      pricesOf(live, id)
        .filter(
          ({ meter, serviceTier }) =>
            meter.family === family && meter.modality === modality && serviceTier === 'STANDARD',
        )
        .map(({ meter, amount, per }) => `${meter.direction} ${meter.tokenType} ${amount}/${per}`);
    expect(of('openai/whisper-1', 'SECONDS', 'AUDIO')).toContain('INPUT PLAIN 0.36/3600');
    expect(of('openai/gpt-4o-transcribe', 'TOKENS', 'AUDIO')).toEqual(['INPUT PLAIN 6/1000000']);
    expect(of('openai/gpt-image-1', 'TOKENS', 'IMAGE')).toContain('OUTPUT PLAIN 40/1000000');
  });

  it('joins no model of one lab to a model of another', () => {
    const labs = new Set(shipped.models.map(({ lab }) => lab));
    const stated = live.offerings.flatMap((offering) => {
      const [organization, ...rest] = offering.providerModelId.replace(/^~|^@cf\//, '').split('/');
      const lab = organization === undefined || rest.length === 0 ? undefined : labOf(organization);
      return lab !== undefined && labs.has(lab) && offering.join !== 'UNJOINED' ? [{ offering, lab }] : [];
    });
    expect(stated.length).toBeGreaterThan(3_500);
    const foreign = stated.filter(({ offering, lab }) => splitSlug(offering.modelSlug).lab !== lab);
    // What models.dev itself says of two: weights of one lab that another made smaller, and one that two labs made.
    expect(foreign.map(({ offering }) => `${offering.id} ${offering.modelSlug}`)).toEqual([
      'evroc/nvidia/Llama-3.3-70B-Instruct-FP8 meta/llama-3.3-70b-instruct',
      'nvidia/mistralai/mistral-nemotron nvidia/mistral-nemotron',
    ]);
  });
});
