import { describe, expect, it } from 'vitest';
import { Decimal } from '../../../src/domain/money.ts';
import { parseCommandLine } from '../../../src/faces/cli/command-line.ts';

const parse = (text: string) => parseCommandLine(text.split(' '));

describe('arguments of compare', () => {
  it('are a workload and a filter', async () => {
    expect(
      await parse(
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
      settings: {},
    });
  });

  it("filter in the graph's words, with dashes", async () => {
    const command = await parse(
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

  it('name models, by arguments and options together, each as often as they like', async () => {
    expect(await parse('compare gpt-5 claude-sonnet-4-5 --models a --models b,c')).toMatchObject({
      input: { filter: { models: ['gpt-5', 'claude-sonnet-4-5', 'a', 'b', 'c'] } },
    });
    expect(await parse('measure sandbox/echo --models a')).toMatchObject({ models: ['sandbox/echo', 'a'] });
  });

  it('turn conditions off as well as on', async () => {
    expect(await parse('models --no-open-weights --zero-retention=no')).toMatchObject({
      filter: { openWeights: false, zeroRetention: false },
    });
  });

  it.each([
    ['compare --rate CNY=0', /'--rate <rates>' argument 'CNY=0' .*units of a currency for one US dollar/],
    ['compare --input-tokens', /'--input-tokens <tokens>' argument missing/],
    ['compare --input-tokens --json', /'--input-tokens <tokens>' .*needs a value/],
    ['compare --input-tokens 1e3', /'1e3' .*a number/],
    ['compare --input-tokens 1.5', /'1.5' .*a whole number from 0 on/],
    ['compare --input-tokens=-1', /'-1' .*a whole number from 0 on/],
    ['compare --json=yes', /^Unknown option '--json=yes'/],
    ['compare --toString 1', /^Unknown option '--toString'/],
    ['compare --provdier x', /^Unknown option '--provdier'\. Did you mean --providers\?$/],
    ['compare --open-weights=maybe', /^Unknown option '--open-weights=maybe'/],
    ['compare --task codng', /'--task <name>' argument 'codng' .*Did you mean coding\?/],
    ['compare --released-after yesterday', /'yesterday' .*a date, e\.g\. 2026-01-31 or 2026/],
    ['compare --released-after 2026-02-31', /'2026-02-31' .*a date/],
    ['compare --max-price cheap', /'--max-price <amount>' argument 'cheap' .*an amount, e\.g\. 2 or 14CNY/],
    ['compare --max-price -1', /'-1' .*an amount/],
    ['compare --min-quality high', /'high' .*a score/],
    ['compare --kinds lab,shop', /'--kinds <a,b>' .*lab, cloud, host, aggregator, relay, local, sandbox/],
    ['compare --providers ,', /names, with commas/],
    ['compare --cached-share 50', /'50' .*a share from 0 to 1/],
    ['compare --tier slow', /'slow' .*standard, batch, flex, priority, fast/],
    ['compare --currency yuan', /'yuan' .*a code of three letters/],
    ['compare --limit 0', /'0' .*a whole number from 1 to 10000/],
    ['compare --sort beauty', /'--sort <column>' argument 'beauty'/],
    ['models gpt claude', /^Unexpected argument 'claude': models takes one argument\.$/],
    ['models gpt --search claude', /given twice/],
    ['models --history', /^Unknown option '--history'/],
    ['models --max-cost-per-request 1', /^Unknown option '--max-cost-per-request'/],
    ['prices', /^Missing argument <names>: models or offerings, e\.g\. /],
    ['doctor --model x', /^--model needs --call and exactly one provider\.$/],
    ['measure --samples 11', /'--samples <n>' argument '11' .*from 1 to 10/],
    ['measure --url localhost', /'--url <url>' .*http\(s\) address/],
  ])('%s', async (text, problem) => {
    expect(await parse(text)).toEqual({ kind: 'MISUSE', problem: expect.stringMatching(problem) });
  });
});

describe('arguments of models and prices', () => {
  it('are names and flags', async () => {
    expect(await parse('models mini --labs OpenAI --sort quality')).toEqual({
      kind: 'MODELS',
      filter: { retired: 'EXCLUDE', movingAliases: 'EXCLUDE', search: 'mini', labs: ['OpenAI'] },
      sort: { field: 'QUALITY', direction: 'DESC' },
      rates: [],
      limit: 50,
      json: false,
      settings: {},
    });
    expect(await parse('models --all --kinds lab --min-quality 60 --json')).toMatchObject({
      filter: {
        providerKinds: ['LAB'],
        minQuality: { benchmark: 'index', score: 60 },
      },
      limit: 10_000,
    });
    expect(await parse('models --all')).toMatchObject({ filter: {} });
    expect(await parse('prices openai/gpt-4o-mini gpt-5 --history --all --data-dir there')).toEqual({
      kind: 'PRICES',
      names: ['openai/gpt-4o-mini', 'gpt-5'],
      history: true,
      all: true,
      explain: false,
      limit: 25,
      json: false,
      settings: { MODELGRAPH_DATA_DIR: { flag: '--data-dir', value: 'there' } },
    });
  });
});
