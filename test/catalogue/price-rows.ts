import { asOfferingId, asPriceId } from '../../src/domain/ids.ts';
import { Decimal } from '../../src/domain/money.ts';
import type { Meter, Price } from '../../src/domain/price.ts';

let made = 0;

export const meter = (overrides: Partial<Meter> = {}): Meter => ({
  family: 'TOKENS',
  direction: 'INPUT',
  modality: 'TEXT',
  tokenType: 'PLAIN',
  ...overrides,
});

/** A row in dollars per million tokens. */
export const row = (
  amount: string,
  which: Partial<Meter> = {},
  overrides: Partial<Omit<Price, 'meter' | 'amount'>> = {},
): Price => {
  made += 1;
  return {
    id: asPriceId(`row-${made}`),
    offeringId: asOfferingId('lab/model'),
    meter: meter(which),
    amount: new Decimal(amount),
    per: 1_000_000,
    currency: 'USD',
    conditions: {},
    serviceTier: 'STANDARD',
    tierMode: 'CLIFF',
    billing: 'METERED',
    provenance: { source: 'test', observedAt: new Date('2026-01-01T00:00:00Z') },
    ...overrides,
  };
};
