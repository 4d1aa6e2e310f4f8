import { describe, expect, it } from 'vitest';
import { createIdFolding } from '../../../src/catalogue/merge/fold-ids.ts';
import { EMPTY_READING, type SourceOffering } from '../../../src/ports/catalogue-source.ts';

const offering = (providerId: string, providerModelId: string): SourceOffering => ({
  providerId,
  providerModelId,
  identity: {},
  facts: {},
  prices: [],
  performance: [],
});

const origin = (sourceId: string, day: string, ...ids: readonly (readonly [string, string])[]) => ({
  shipped: true,
  dated: {
    sourceId,
    observedAt: new Date(day),
    checkedAt: new Date(day),
    reading: { ...EMPTY_READING, offerings: ids.map(([provider, id]) => offering(provider, id)) },
  },
});

describe('the id of an offering that lists spell differently', () => {
  const fold = createIdFolding([
    origin('genai-prices', '2026-11-25', ['zai', 'GLM-5.2'], ['minimax', 'minimax-m3']),
    origin('litellm', '2026-08-01', ['bedrock', 'anthropic.claude-a-v1:0'], ['zai', 'Glm-5.2']),
    origin(
      'pi-ai',
      '2026-11-20',
      ['zai', 'glm-5.2'],
      ['minimax', 'MiniMax-M3'],
      ['bedrock', 'anthropic.claude-a'],
      ['bedrock', 'us.anthropic.claude-b-20251001-v1:0'],
      ['bedrock', 'anthropic.claude-c-v1'],
    ),
  ]);
  const idOf = (provider: string, id: string) => fold(offering(provider, id)).providerModelId;

  it.each([
    ['zai', 'GLM-5.2', 'glm-5.2'],
    ['minimax', 'minimax-m3', 'MiniMax-M3'],
    ['bedrock', 'anthropic.claude-a-v1:0', 'anthropic.claude-a'],
    ['bedrock', 'us.anthropic.claude-b-20251001', 'us.anthropic.claude-b-20251001-v1:0'],
    ['bedrock', 'anthropic.claude-c-v1:0', 'anthropic.claude-c-v1'],
  ])('is that of the newest list of API ids: %s/%s', (provider, stated, expected) => {
    expect(idOf(provider, stated)).toBe(expected);
  });

  it('stays where it means another offering', () => {
    expect(idOf('bedrock', 'anthropic.claude-a-v2:0')).toBe('anthropic.claude-a-v2:0');
    expect(idOf('bedrock', 'anthropic.claude-v2:1')).toBe('anthropic.claude-v2:1');
    expect(idOf('openai', 'anthropic.claude-a-v1:0')).toBe('anthropic.claude-a-v1:0');
  });

  it('of another service tier is that of the model, as it is spelled', () => {
    const batch = createIdFolding([
      origin('genai-prices', '2026-11-25', ['zai', 'GLM-5.2-batch']),
      origin('pi-ai', '2026-11-20', ['zai', 'glm-5.2']),
    ])({
      ...offering('zai', 'GLM-5.2-batch'),
      prices: [
        {
          meter: { family: 'TOKENS', direction: 'INPUT', modality: 'TEXT', tokenType: 'PLAIN' },
          amount: '1',
          per: 1_000_000,
          currency: 'USD',
          serviceTier: 'STANDARD',
          conditions: {},
          tierMode: 'CLIFF',
          billing: 'METERED',
        },
      ],
    });
    expect(batch.providerModelId).toBe('glm-5.2');
    expect(batch.prices).toMatchObject([{ serviceTier: 'BATCH' }]);
  });
});
