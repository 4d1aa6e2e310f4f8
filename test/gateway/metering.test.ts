import { describe, expect, it } from 'vitest';
import { buildCatalogue } from '../../src/catalogue/build-catalogue.ts';
import type { Cost } from '../../src/domain/cost.ts';
import { asProviderId } from '../../src/domain/ids.ts';
import type { ProviderEvent } from '../../src/domain/provider-event.ts';
import { sumOfUsages } from '../../src/domain/usage.ts';
import { createScriptedProvider } from '../support/scripted-provider.ts';
import { shippedSeed } from '../support/shipped.ts';
import {
  callerWith,
  catalogueOf,
  commandWith,
  completed,
  createHarness,
  failed,
  readAll,
  recordIn,
  settled,
  textDelta,
  usageUpdated,
} from './harness.ts';

/** The bill as text: `quantity x unitPrice / per = amount` for each line, and the total. */
const billOf = (cost: Cost): readonly string[] =>
  cost.kind === 'FREE'
    ? ['FREE']
    : [
        ...cost.lines.map(
          ({ meter, quantity, unitPrice, per, amount }) =>
            `${meter.direction} ${meter.tokenType}: ${quantity} x ${unitPrice} / ${per} = ${amount}`,
        ),
        cost.kind === 'PRICED' ? `${cost.total} ${cost.currency}` : `UNPRICED ${cost.reason}`,
      ];

const IDS = ['first', 'second'] as const;

/** The record of a completion on `first` and `second`, which answer so. */
const recordOf = async (
  answers: readonly (readonly ProviderEvent[])[],
  catalogueOptions: Parameters<typeof catalogueOf>[1] = {},
  command: Parameters<typeof commandWith>[0] = {},
) => {
  const providers = IDS.slice(0, answers.length).map((id, index) => {
    const provider = createScriptedProvider(id);
    provider.answer(...(answers[index] ?? []));
    return provider;
  });
  const catalogue = catalogueOf(IDS.slice(0, answers.length), catalogueOptions);
  const { gateway } = createHarness(providers, { catalogue });
  return recordIn(await readAll(gateway.complete(callerWith(), commandWith(command))));
};

describe('by the price seed', () => {
  const run = async (model: string, id: string, usage: ProviderEvent) => {
    const provider = createScriptedProvider(id);
    provider.answer(textDelta('hi'), usage, completed);
    const catalogue = buildCatalogue({
      readings: [],
      seed: await shippedSeed(),
      providers: [
        {
          info: {
            id: asProviderId(id),
            name: id,
            kind: 'LAB',
            completes: true,
            operations: [],
            status: { kind: 'ON' },
          },
          declared: [],
        },
      ],
    });
    const { gateway } = createHarness([provider], { catalogue });
    return recordIn(await readAll(gateway.complete(callerWith(), commandWith({ model }))));
  };

  it('openai/gpt-4o-mini: exactly 0.15, 0.075 and 0.60 USD a million', async () => {
    const record = await run(
      'gpt-4o-mini',
      'openai',
      usageUpdated({ input: 1_234, cacheRead: 1_024, output: 77, reasoning: 3 }),
    );
    expect(record.offeringId).toBe('openai/gpt-4o-mini');
    expect(billOf(record.cost)).toEqual([
      'INPUT PLAIN: 1234 x 0.15 / 1000000 = 0.0001851',
      'INPUT CACHE_READ: 1024 x 0.075 / 1000000 = 0.0000768',
      'OUTPUT PLAIN: 77 x 0.6 / 1000000 = 0.0000462',
      'OUTPUT REASONING: 3 x 0.6 / 1000000 = 0.0000018',
      '0.0003099 USD',
    ]);
    expect(record.attempts[0]?.cost).toEqual(record.cost);
  });

  it('anthropic/claude-sonnet-4-5: cache writes at 1.25 times the input price', async () => {
    const record = await run(
      'anthropic/claude-sonnet-4-5',
      'anthropic',
      usageUpdated({ input: 7, cacheRead: 10_000, cacheWrite5m: 2_000, output: 333 }),
    );
    expect(billOf(record.cost)).toEqual([
      'INPUT PLAIN: 7 x 3 / 1000000 = 0.000021',
      'INPUT CACHE_READ: 10000 x 0.3 / 1000000 = 0.003',
      'INPUT CACHE_WRITE_5M: 2000 x 3.75 / 1000000 = 0.0075',
      'OUTPUT PLAIN: 333 x 15 / 1000000 = 0.004995',
      '0.015516 USD',
    ]);
  });
});

describe('what had begun to answer and broke off without a count', () => {
  it('is billed by an estimate that says so: it is not free of charge', async () => {
    const { status, cost, usage, attempts } = await recordOf([[textDelta('Hello'), failed('TRUNCATED')]]);
    expect(status).toBe('FAILED');
    // Five characters are two tokens.
    expect(usage?.output).toBe(2);
    expect(usage?.input).toBeGreaterThan(0);
    expect(attempts).toMatchObject([{ usage, usageEstimated: true }]);
    expect(billOf(cost)).toEqual([
      `INPUT PLAIN: ${usage?.input} x 1 / 1000000 = 0.00000${usage?.input}`,
      'OUTPUT PLAIN: 2 x 10 / 1000000 = 0.00002',
      `0.00002${usage?.input} USD`,
    ]);
  });

  it('leaves the whole with a cost where another has answered', async () => {
    const { status, cost, usage, attempts } = await recordOf(
      [
        [textDelta('Hello'), failed('OVERLOADED')],
        [textDelta('Hello'), usageUpdated({ input: 100, output: 20 }), completed],
      ],
      {},
      { delivery: 'WHOLE' },
    );
    expect(status).toBe('SUCCEEDED');
    expect(attempts.map(({ usageEstimated }) => usageEstimated)).toEqual([true, undefined]);
    expect(cost.kind).toBe('PRICED');
    expect(usage?.output).toBe(20);
  });

  it('of its output is billed for what came, though it had said what it had read', async () => {
    const { cost, attempts } = await recordOf([
      [
        usageUpdated({ input: 100, cacheRead: 7, output: 1 }),
        textDelta('word '.repeat(100)),
        failed('OVERLOADED'),
      ],
    ]);
    expect(attempts).toMatchObject([
      { usage: { input: 100, cacheRead: 7, output: 125 }, usageEstimated: true },
    ]);
    expect(billOf(cost)).toContain('OUTPUT PLAIN: 125 x 10 / 1000000 = 0.00125');
  });

  it('is as it said where that may well be all', async () => {
    const { attempts } = await recordOf([
      [textDelta('word '.repeat(100)), usageUpdated({ input: 100, output: 80 }), failed('OVERLOADED')],
    ]);
    expect(attempts).toMatchObject([{ usage: { input: 100, output: 80 } }]);
    expect(attempts[0]).not.toHaveProperty('usageEstimated');
  });

  it('says nothing of its speed', async () => {
    const provider = createScriptedProvider('first');
    const { gateway, clock } = createHarness([provider]);
    const events = readAll(gateway.complete(callerWith(), commandWith()));
    const call = await provider.called(0);
    call.send(textDelta('Hello'));
    await settled();
    clock.advance(1_000);
    call.send(failed('SERVER_ERROR'));
    const { timings } = recordIn(await events);
    expect(timings).toEqual({ totalMs: 1_000, ttftMs: 0 });
  });
});

describe('usage', () => {
  it('of several attempts is an exact sum, of seconds too', async () => {
    const { attempts, usage } = await recordOf([
      [usageUpdated({ seconds: 0.1 }), failed('SERVER_ERROR')],
      [usageUpdated({ seconds: 0.2 }), textDelta('hi'), completed],
    ]);
    expect(usage?.seconds).toBe(0.2);
    expect(sumOfUsages(attempts.flatMap((each) => each.usage ?? []))?.seconds).toBe(0.3);
  });

  it('of an attempt that was refused for want of room is kept, and not billed', async () => {
    for (const code of ['OVERLOADED', 'RATE_LIMITED'] as const) {
      const record = await recordOf([
        [usageUpdated({ input: 20, cacheRead: 149_980, output: 1 }), failed(code)],
        [textDelta('hi'), usageUpdated({ input: 100, output: 20 }), completed],
      ]);
      expect(record.usage).toMatchObject({ input: 100, cacheRead: 0, output: 20 });
      expect(record.attempts[0]?.usage).toMatchObject({ input: 20, cacheRead: 149_980 });
      expect(record.attempts[0]).not.toHaveProperty('cost');
      expect(billOf(record.cost).at(-1)).toBe('0.0003 USD');
    }
  });

  it('is the last that the provider reported, not the sum of its reports', async () => {
    const record = await recordOf([
      [usageUpdated({ input: 100, output: 1 }), usageUpdated({ input: 100, output: 20 }), completed],
    ]);
    expect(record.usage).toMatchObject({ input: 100, output: 20 });
    expect(billOf(record.cost).at(-1)).toBe('0.0003 USD');
  });

  it('is that of the attempt that answered; the cost is that of all: a failed one that reported usage is billed', async () => {
    const record = await recordOf([
      [usageUpdated({ input: 100 }), failed('SERVER_ERROR')],
      [usageUpdated({ input: 100, output: 20, reasoning: 5 }), completed],
    ]);
    expect(record.usage).toMatchObject({ input: 100, output: 20, reasoning: 5 });
    expect(record.attempts.map(({ usage }) => usage?.input)).toEqual([100, 100]);
    expect(record.attempts.map(({ cost }) => cost && billOf(cost).at(-1))).toEqual([
      '0.0001 USD',
      '0.00035 USD',
    ]);
    expect(billOf(record.cost)).toEqual([
      'INPUT PLAIN: 100 x 1 / 1000000 = 0.0001',
      'INPUT PLAIN: 100 x 1 / 1000000 = 0.0001',
      'OUTPUT PLAIN: 20 x 10 / 1000000 = 0.0002',
      'OUTPUT REASONING: 5 x 10 / 1000000 = 0.00005',
      '0.00045 USD',
    ]);
  });

  it('of a failed attempt that reported none is not billed', async () => {
    const record = await recordOf([[failed('OVERLOADED')], [usageUpdated({ input: 100 }), completed]]);
    expect(record.attempts[0]).not.toHaveProperty('cost');
    expect(billOf(record.cost).at(-1)).toBe('0.0001 USD');
  });

  it('that a completion which broke off reported is billed', async () => {
    const record = await recordOf([
      [textDelta('hal'), usageUpdated({ input: 100, output: 1 }), failed('SERVER_ERROR')],
    ]);
    expect(record.status).toBe('FAILED');
    expect(billOf(record.cost).at(-1)).toBe('0.00011 USD');
  });
});

describe('unknown is never zero', () => {
  it('where the provider reported no usage', async () => {
    const record = await recordOf([[textDelta('hi'), completed]]);
    expect(record).not.toHaveProperty('usage');
    expect(billOf(record.cost)).toEqual(['UNPRICED NO_USAGE']);
  });

  it('where a later attempt reported none: the sum of the others is but a lower bound', async () => {
    const record = await recordOf([
      [usageUpdated({ input: 100 }), failed('SERVER_ERROR')],
      [textDelta('hi'), completed],
    ]);
    expect(billOf(record.cost)).toEqual(['INPUT PLAIN: 100 x 1 / 1000000 = 0.0001', 'UNPRICED NO_USAGE']);
  });

  it('where nothing states a price', async () => {
    const record = await recordOf([[usageUpdated({ input: 1 }), completed]], { unpriced: ['first'] });
    expect(billOf(record.cost)).toEqual(['UNPRICED NO_PRICE']);
  });

  it('where a kind of token has none', async () => {
    const record = await recordOf([[usageUpdated({ input: 100, audioInput: 5 }), completed]]);
    expect(billOf(record.cost)).toEqual([
      'INPUT PLAIN: 100 x 1 / 1000000 = 0.0001',
      'UNPRICED METER_UNPRICED',
    ]);
    expect(record.cost).toMatchObject({ missing: [{ direction: 'INPUT', modality: 'AUDIO' }] });
  });

  it('where attempts were billed in different currencies', async () => {
    const record = await recordOf(
      [
        [usageUpdated({ input: 100 }), failed('SERVER_ERROR')],
        [usageUpdated({ input: 100 }), completed],
      ],
      { currencies: { second: 'CNY' } },
    );
    expect(billOf(record.cost).at(-1)).toBe('UNPRICED MIXED_CURRENCIES');
    expect(record.attempts.map(({ cost }) => cost && billOf(cost).at(-1))).toEqual([
      '0.0001 USD',
      '0.0001 CNY',
    ]);
  });
});

describe('what is free', () => {
  it('is FREE, with and without usage', async () => {
    const free = { free: ['first'] };
    expect((await recordOf([[usageUpdated({ input: 1 }), completed]], free)).cost).toEqual({ kind: 'FREE' });
    expect((await recordOf([[textDelta('hi'), completed]], free)).cost).toEqual({ kind: 'FREE' });
  });

  it('adds nothing to the bill of another attempt', async () => {
    const record = await recordOf(
      [
        [usageUpdated({ input: 100 }), failed('OVERLOADED')],
        [usageUpdated({ input: 100 }), completed],
      ],
      { free: ['first'] },
    );
    expect(billOf(record.cost).at(-1)).toBe('0.0001 USD');
  });
});

describe('a whole answer that is given up before anybody has seen anything of it', () => {
  const givenUpAfter = async (ms: number, streamUpstream: boolean) => {
    const provider = createScriptedProvider('first');
    const { gateway, clock } = createHarness([provider]);
    const timeouts = { totalMs: ms };
    const events = readAll(gateway.complete(callerWith(), commandWith({ streamUpstream, timeouts })));
    await provider.called(0);
    clock.advance(ms);
    return recordIn(await events);
  };

  it('is billed by an estimate that says so: its prompt, and what is written in that time', async () => {
    const { cost, attempts, usage } = await givenUpAfter(2_000, false);
    expect(usage).toMatchObject({ output: 100 });
    expect(usage?.input).toBeGreaterThan(0);
    expect(attempts).toMatchObject([{ usage, usageEstimated: true }]);
    expect(cost.kind).toBe('PRICED');
  });

  it('is not taken for longer than is usual', async () => {
    expect((await givenUpAfter(100_000, false)).usage).toMatchObject({ output: 300 });
  });

  it('was for nothing where a stream had not begun', async () => {
    const { attempts } = await givenUpAfter(2_000, true);
    expect(attempts[0]).not.toHaveProperty('usageEstimated');
  });
});
