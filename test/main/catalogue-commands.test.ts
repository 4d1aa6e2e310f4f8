import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCommand } from '../support/modelgraph.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const CONFIG = `
providers:
  - id: cheap
    name: Cheap
    dialect: openai
    baseUrl: http://127.0.0.1:1/v1
    apiKey: sk-cheap-0123456789
    models:
      - { id: talker, model: lab/talker, prices: { input: 1, output: 4 } }
  - id: dear
    name: Dear
    dialect: openai
    baseUrl: http://127.0.0.1:1/v1
    apiKey: sk-dear-0123456789
    models:
      - { id: talker, model: lab/talker, prices: { input: 2, output: 8 } }
`;
const folder = temporaryFolder();
afterAll(folder.remove);
writeFileSync(
  join(folder.path, 'prices.yaml'),
  'offerings: [{ provider: cheap, id: own, model: lab/own, prices: [{ meter: input, amount: 7, currency: CNY }, { meter: output, amount: 14, currency: CNY }] }]',
);
const run = (...args: readonly string[]) => runCommand(args, { config: CONFIG });
/** With a file of overrides and a stated rate besides. */
const runWithOwn = (...args: readonly string[]) =>
  runCommand(args, {
    config: `${CONFIG}\ncatalogue: { overrides: "${join(folder.path, 'prices.yaml')}", rates: { CNY: 8 } }\n`,
  });
const COMPARE = ['compare', '--input-tokens', '3000', '--output-tokens', '500', '--requests', '200000'];

describe.concurrent('compare', { timeout: 180_000 }, () => {
  it('ranks offerings with exact costs', async () => {
    const { code, stdout, stderr } = await run(
      ...COMPARE,
      '--models',
      'lab/talker',
      '--group',
      'none',
      '--json',
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({ currency: 'USD', requestsPerMonth: 200_000, ranked: 2 });
    expect(answer.offerings).toMatchObject([
      {
        rank: 1,
        offering: 'cheap/talker',
        model: 'lab/talker',
        on: true,
        costPerRequest: '0.005',
        costPerMonth: '1000',
        priceSources: ['config'],
      },
      { rank: 2, offering: 'dear/talker', costPerRequest: '0.01', costPerMonth: '2000' },
    ]);
  });

  it('leaves nothing out in a pipe, and names models where there are several providers', async () => {
    const { code, stdout } = await run(...COMPARE, '--all');
    expect(code).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toBe('A request: 3,000 tokens in, 500 out; 200,000 a month.');
    expect(stdout).toMatch(/^ +# {2}MODEL +AT +.*USD\/1M +.*USD\/MONTH.* PRICE FROM +AGE$/m);
    expect(stdout).toMatch(/^20 of [\d,]+ compared models; [\d,]+ offerings are left out: /m);
    expect(stdout).not.toMatch(/\w…/);
    expect(stdout).toMatch(
      /^Prices: (\S+ of \d{4}-\d\d-\d\d(, | and )){4}\d+ more since \d{4}-\d\d-\d\d\.$/m,
    );
  });

  it('says where the least score is the best', async () => {
    const { stdout } = await run('compare', '--task', 'transcription', '--all');
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('quality by open-asr-en-short, where less is better');
  });

  it('needs no arguments: a chat, one row a model, and why everything that exists is compared', async () => {
    const { code, stdout } = await runCommand(['compare']);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^Chat: 1,000 tokens in, 300 out; 10,000 a month\.\nNo provider is configured yet, so this compares every offering/,
    );
    const models = [...stdout.matchAll(/^[ *]*\d+ {2}(\S+)/gm)].map(([, slug]) => slug);
    expect(models).toHaveLength(20);
    expect(new Set(models).size).toBe(20);
    expect(models.filter((slug) => /embed|guard|tts|whisper|sandbox|image|…/.test(slug ?? ''))).toEqual([]);
  });

  it('knows own prices, stated rates, and rates of one run, which win', async () => {
    const own = [...COMPARE, '--models', 'lab/own', '--currency', 'USD', '--json'];
    const stated = JSON.parse((await runWithOwn(...own)).stdout);
    expect(stated.offerings).toMatchObject([{ offering: 'cheap/own', costPerRequest: '0.0035' }]);
    expect(stated.fxRates).toMatchObject([{ base: 'USD', quote: 'CNY', rate: '8', source: 'config' }]);
    const given = JSON.parse((await runWithOwn(...own, '--rate', 'CNY=16')).stdout);
    expect(given.offerings).toMatchObject([{ costPerRequest: '0.00175' }]);
  });

  it('says what to do where no exchange rate is known', async () => {
    const { code, stdout } = await run(...COMPARE, '--currency', 'CNY', '--models', 'lab/talker');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^No offering can be ranked for this\.$/m);
    expect(stdout).toMatch(/state one with --rate CNY=N/);
  });

  it('says what is wrong and ends with 2', async () => {
    const { code, stdout, stderr } = await run('compare', '--input-tokens', '0', '--output-tokens', '0');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(
      '--input-tokens: a request needs some tokens, images, characters or seconds; all counts are 0.\n',
    );
  });
});

it.concurrent('what is wrong is printed without control characters, which terminals take for orders', {
  timeout: 180_000,
}, async () => {
  const name = '\u001b[31m\u009b2Jno\u202esuch';
  for (const args of [
    ['prices', name],
    ['compare', name],
    ['doctor', name],
    ['serve', '--config', name],
  ]) {
    const { code, stderr } = await run(...args);
    expect(code).toBeGreaterThan(0);
    expect(stderr).toContain(' [31m 2Jno such');
    expect(stderr).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  }
});

describe.concurrent('models', { timeout: 180_000 }, () => {
  it('refuse a price limit in a currency that no exchange rate leads to, and take a stated rate', async () => {
    const limited = ['models', '--search', 'lab/talker', '--max-price', '2EUR'];
    const { code, stdout, stderr } = await run(...limited);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      /^--max-price is EUR, but prices are in USD, CNY and no exchange rate leads to EUR\./,
    );
    expect(stderr).toContain('--rate EUR=');
    const listed = JSON.parse((await run(...limited, '--rate', 'EUR=0.9', '--json')).stdout);
    expect(listed.models).toMatchObject([{ slug: 'lab/talker' }]);
    expect(listed.notes[0]).toBeDefined();
  });

  it('lists what is searched with the least rates', async () => {
    const { code, stdout } = await run('models', '--search', 'lab/talker', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      total: 1,
      models: [
        {
          slug: 'lab/talker',
          offerings: 2,
          on: 2,
          leastInputUsdPerMillion: '1',
          leastOutputUsdPerMillion: '4',
        },
      ],
    });
    const table = (await run('models', '--search', 'lab/talker')).stdout;
    expect(table).toMatch(/^lab\/talker +- +2 +2 +1 +4 +-$/m);
  });
});

describe.concurrent('prices', { timeout: 180_000 }, () => {
  it('lists the rows of each offering', async () => {
    const { code, stdout } = await run('prices', 'lab/talker');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^cheap\/talker +input tokens +1 USD \/ 1M +- +config +0m$/m);
    expect(stdout).toMatch(/^dear\/talker +output tokens +8 USD \/ 1M +- +config +0m$/m);
  });

  it('has so many rows and says how to see the others, in whole lines', async () => {
    const { code, stdout } = await run('prices', 'gpt-4o-mini', '--limit', '3');
    expect(code).toBe(0);
    expect(stdout.split('\n').slice(1, 4)).toEqual(
      Array(3).fill(expect.stringMatching(/^openai\/gpt-4o-mini /)),
    );
    expect(stdout).toMatch(/^… and \d+ more rates: --limit \d+ shows all of them\.$/m);
  });

  it('knows models that nobody serves here', async () => {
    const { code, stdout } = await run('prices', 'openai/gpt-4o-mini', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout).prices.length).toBeGreaterThan(3);
  });

  it('says why there is no history', async () => {
    const { code, stdout } = await run('prices', 'lab/talker', '--history');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^No history: no server has kept its store in /m);
  });

  it('suggests names and ends with 2', async () => {
    const { code, stdout, stderr } = await run('prices', 'lab/talkr');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^No model is called "lab\/talkr"\. Nearest: .*lab\/talker/);
  });
});
