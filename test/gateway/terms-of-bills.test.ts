import { expect, it } from 'vitest';
import type { CompletionRequest } from '../../src/domain/completion-request.ts';
import { asOfferingId, type ProviderId } from '../../src/domain/ids.ts';
import { Decimal } from '../../src/domain/money.ts';
import type { Price } from '../../src/domain/price.ts';
import { providerCostOf } from '../../src/domain/provider-cost.ts';
import type { ProviderEvent } from '../../src/domain/provider-event.ts';
import { row } from '../catalogue/price-rows.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { createScriptedProvider } from '../support/scripted-provider.ts';
import {
  callerWith,
  catalogueOf,
  commandWith,
  createHarness,
  readAll,
  recordIn,
  requestWith,
  usageUpdated,
} from './harness.ts';

const id = asOfferingId('first/talker');
const rows = [
  row('1'),
  row('0.5', {}, { serviceTier: 'FLEX' }),
  row('2', {}, { serviceTier: 'PRIORITY' }),
  row('10', { direction: 'OUTPUT' }, { conditions: { thinking: false } }),
  row('40', { direction: 'OUTPUT' }, { conditions: { thinking: true } }),
].map((price) => ({ ...price, offeringId: id }));

/** The total of a completion of a million tokens of one kind, or the reason for which there is none. */
const totalOf = async (
  asked: Partial<CompletionRequest>,
  kind: 'input' | 'output',
  answered: Partial<Extract<ProviderEvent, { type: 'completed' }>> = {},
): Promise<string> => {
  const provider = createScriptedProvider('first');
  provider.answer(usageUpdated({ [kind]: 1_000_000 }), {
    type: 'completed',
    finishReason: 'STOP',
    ...answered,
  });
  const catalogue = { ...catalogueOf(['first']), pricesOf: () => rows };
  const { gateway } = createHarness([provider], { catalogue });
  const command = commandWith({ request: { ...requestWith(), ...asked } });
  const { cost } = recordIn(await readAll(gateway.complete(callerWith(), command)));
  return cost.kind === 'PRICED' ? cost.total.toString() : cost.kind === 'FREE' ? 'FREE' : cost.reason;
};

it.each([
  ['nobody named a tier', {}, {}, '1'],
  ['the tier that was asked, where the provider says nothing', { serviceTier: 'FLEX' }, {}, '0.5'],
  ['the tier in which it was served', { serviceTier: 'PRIORITY' }, { serviceTier: 'STANDARD' }, '1'],
  ['a tier that nobody asked for', {}, { serviceTier: 'PRIORITY' }, '2'],
  ['a tier without a price', {}, { serviceTier: 'FAST' }, 'TIER_UNPRICED'],
] as const)('bills by %s', async (_, asked, answered, total) => {
  expect(await totalOf(asked, 'input', answered)).toBe(total);
});

it.each([
  ['was not asked to think', {}, '10'],
  ['was told not to think', { reasoningEffort: 'none' }, '10'],
  ['was let think', { reasoningEffort: 'high' }, '40'],
  ['was given tokens to think with', { reasoningMaxTokens: 1000 }, '40'],
] as const)('bills the answer of a model that %s', async (_, asked, total) => {
  expect(await totalOf(asked, 'output')).toBe(total);
});

it('bills by the row in force when the call was sent, though it ends while the call runs', async () => {
  const provider = createScriptedProvider('first');
  const change = new Date(createFakeClock().now().getTime() + 1_000);
  const dated = [row('1', {}, { effectiveTo: change }), row('9', {}, { effectiveFrom: change })];
  const prices = dated.map((price) => ({ ...price, offeringId: id }));
  const { gateway, clock } = createHarness([provider], {
    catalogue: { ...catalogueOf(['first']), pricesOf: () => prices },
  });
  const events = readAll(gateway.complete(callerWith(), commandWith()));
  const call = await provider.called(0);
  clock.advance(2_000);
  call.send(usageUpdated({ input: 1_000_000 }), { type: 'completed', finishReason: 'STOP' });
  const { cost } = recordIn(await events);
  expect(cost.kind === 'PRICED' && cost.total.toString()).toBe('1');
});

const charged = async (total: string, kind: 'AGGREGATOR' | 'RELAY', known: readonly Price[] = rows) => {
  const provider = createScriptedProvider('first');
  provider.answer(
    usageUpdated({ input: 1_000_000 }),
    { type: 'billed', billing: { charge: { total: new Decimal(total), currency: 'USD' } } },
    { type: 'completed', finishReason: 'STOP' },
  );
  const built = catalogueOf(['first']);
  const catalogue = {
    ...built,
    pricesOf: () => known,
    provider: (of: ProviderId) => {
      const info = built.provider(of);
      return info === undefined ? undefined : { ...info, kind };
    },
  };
  const { gateway } = createHarness([provider], { catalogue });
  const { cost, attempts } = recordIn(await readAll(gateway.complete(callerWith(), commandWith())));
  const stated = providerCostOf(attempts);
  return {
    bill: cost.kind === 'PRICED' ? cost.total.toString() : cost.kind,
    isBill: stated?.isBill,
    difference: stated?.difference?.toString(),
  };
};

it.each([
  [
    'an aggregator, whatever our rates',
    '0.7',
    'AGGREGATOR',
    rows,
    { bill: '0.7', isBill: true, difference: '-0.3' },
  ],
  [
    'an aggregator that charges nothing',
    '0',
    'AGGREGATOR',
    rows,
    { bill: '0', isBill: true, difference: '-1' },
  ],
  [
    'nobody else, where our rates make a bill',
    '0.7',
    'RELAY',
    rows,
    { bill: '1', isBill: false, difference: '-0.3' },
  ],
  ['anybody, where they do not', '0.7', 'RELAY', [], { bill: '0.7', isBill: true, difference: undefined }],
] as const)('what it says it charged is the bill of %s', async (_name, total, kind, known, expected) => {
  expect(await charged(total, kind, known)).toEqual(expected);
});
