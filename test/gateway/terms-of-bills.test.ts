import { expect, it } from 'vitest';
import type { CompletionRequest } from '../../src/domain/completion-request.ts';
import { asOfferingId } from '../../src/domain/ids.ts';
import type { ProviderEvent } from '../../src/domain/provider-event.ts';
import { row } from '../catalogue/price-rows.ts';
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
