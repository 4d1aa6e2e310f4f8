import { describe, expect, it } from 'vitest';
import { Decimal } from '../../../src/domain/money.ts';
import { parseCommandLine } from '../../../src/faces/cli/command-line.ts';

const parse = (text: string) => parseCommandLine(text.split(' '));

describe('arguments of compare', () => {
  it('are a workload and a filter', () => {
    expect(
      parse(
        'compare --task long-document --input-tokens 3000 --output-tokens=500 --requests 200000 --currency cny --cached-share 0.5 --batch-share 0.3 --reasoning-tokens 10 --tier flex --models a,b --providers c, --capabilities tools --min-context 9 --all --group none --free include --rate CNY=7.12,eur=0.9 --limit 3 --json',
      ),
    ).toEqual({
      kind: 'COMPARE',
      input: {
        task: 'LONG_DOCUMENT',
        availability: 'ANY',
        grouping: 'NONE',
        workload: {
          inputTokens: 3000,
          outputTokens: 500,
          reasoningTokens: 10,
          requestsPerMonth: 200_000,
          cachedInputShare: 0.5,
          batchShare: 0.3,
          serviceTier: 'FLEX',
        },
        filter: {
          models: ['a', 'b'],
          providers: ['c'],
          capabilities: ['TOOLS'],
          minContextWindow: 9,
          free: 'INCLUDE',
        },
        currency: 'CNY',
      },
      rates: [
        { currency: 'CNY', perUsd: new Decimal('7.12') },
        { currency: 'EUR', perUsd: new Decimal('0.9') },
      ],
      limit: 3,
      json: true,
    });
  });

  it("filter in the graph's words, with dashes", () => {
    const command = parse(
      'compare --exclude-providers a,b --exclude-kinds relay --zero-retention --open-weights=no --modalities image --min-context 128k --released-after 2026 --max-price 14cny --min-quality gpqa-diamond=80 --availability any --sort released',
    );
    expect(command).toMatchObject({
      input: {
        sort: { field: 'RELEASE_DATE', direction: 'DESC' },
        filter: {
          excludeProviders: ['a', 'b'],
          excludeProviderKinds: ['RELAY'],
          zeroRetention: true,
          openWeights: false,
          inputModalities: ['IMAGE'],
          minContextWindow: 128_000,
          releasedAfter: new Date('2026-01-01T00:00:00Z'),
          maxBlendedPrice: { amount: new Decimal(14), currency: 'CNY' },
          minQuality: { benchmark: 'gpqa-diamond', score: 80 },
          availability: 'ANY',
        },
      },
    });
  });

  it.each([
    [
      'compare --input-tokens 1 --output-tokens 1 --rate CNY=0',
      '"--rate" takes units of a currency for one US dollar, e.g. CNY=7.12, not "CNY=0".',
    ],
    ['compare --input-tokens', '"--input-tokens" needs a value.'],
    ['compare --input-tokens --json', '"--input-tokens" needs a value.'],
    ['compare --input-tokens 1e3', '"--input-tokens" takes a number, not "1e3".'],
    ['compare --input-tokens 1.5', '"--input-tokens" takes a whole number from 0 on, not "1.5".'],
    ['compare --input-tokens=-1', '"--input-tokens" takes a whole number from 0 on, not "-1".'],
    ['compare --input-tokens 1 --input-tokens 2', '"--input-tokens" is given twice.'],
    ['compare --json=yes', '"--json" takes no value.'],
    ['compare --toString 1', expect.stringMatching(/^"compare" takes no "--toString"\./)],
    [
      'compare --provider x',
      expect.stringMatching(/^"compare" takes no "--provider"\. Nearest: --providers/),
    ],
    ['compare --open-weights=maybe', '"--open-weights" takes =yes or =no, not "maybe".'],
    [
      'compare --released-after yesterday',
      '"--released-after" takes a date, e.g. 2026-01-31 or 2026, not "yesterday".',
    ],
    [
      'compare --released-after 2026-02-31',
      '"--released-after" takes a date, e.g. 2026-01-31 or 2026, not "2026-02-31".',
    ],
    [
      'compare --max-blended-price cheap',
      '"--max-blended-price" takes an amount, e.g. 2 or 14CNY, not "cheap".',
    ],
    [
      'compare --min-quality high',
      '"--min-quality" takes a score at the index, or at a benchmark, e.g. 60 or gpqa-diamond=80, not "high".',
    ],
    [
      'compare --kinds shop',
      '"--kinds" takes LAB, CLOUD, HOST, AGGREGATOR, RELAY, LOCAL, SANDBOX, not "shop".',
    ],
    ['compare gpt', '"compare" takes no "gpt".'],
    [
      'compare --input-tokens 1 --output-tokens 1 --cached-share 50',
      '"--cached-share" takes a share from 0 to 1, not "50".',
    ],
    [
      'compare --input-tokens 1 --output-tokens 1 --tier slow',
      '"--tier" takes STANDARD, BATCH, FLEX, PRIORITY, FAST, not "slow".',
    ],
    [
      'compare --input-tokens 1 --output-tokens 1 --currency yuan',
      '"--currency" takes a code of three letters, e.g. CNY, not "YUAN".',
    ],
    ['compare --input-tokens 1 --output-tokens 1 --limit 0', '"--limit" takes 1 to 10000.'],
    ['models gpt', '"models" takes no "gpt".'],
    ['models --history', expect.stringMatching(/^"models" takes no "--history"\./)],
    ['prices', '"prices" needs the name of a model or an offering, e.g. openai/gpt-4o-mini.'],
    ['prices a b', '"prices" takes no "b".'],
  ])('%s', (text, problem) => {
    expect(parse(text)).toEqual({ kind: 'HELP', about: text.split(' ')[0], problem });
  });
});

describe('arguments of models and prices', () => {
  it('are names and flags', () => {
    expect(parse('models --search mini --labs OpenAI --sort quality')).toEqual({
      kind: 'MODELS',
      filter: { retired: 'EXCLUDE', movingAliases: 'EXCLUDE', search: 'mini', labs: ['OpenAI'] },
      sort: { field: 'QUALITY', direction: 'DESC' },
      rates: [],
      limit: 10_000,
      json: false,
    });
    expect(parse('models --all --kinds lab --min-quality 60')).toMatchObject({
      filter: {
        providerKinds: ['LAB'],
        minQuality: { benchmark: 'index', score: 60 },
      },
    });
    expect(parse('models --all')).toMatchObject({ filter: {} });
    expect(parse('prices openai/gpt-4o-mini --history --all')).toEqual({
      kind: 'PRICES',
      name: 'openai/gpt-4o-mini',
      history: true,
      all: true,
      explain: false,
      json: false,
    });
  });
});
