import type { Currency, Decimal, Money } from '../../../domain/money.ts';
import { builder } from '../builder.ts';

/** For resolvers of fields of the type `MoneyRef`. */
export const money = (amount: Decimal, currency: Currency): Money => ({ amount, currency });

export const MoneyRef = builder.objectRef<Money>('Money').implement({
  description: 'An exact amount of one currency.',
  fields: (t) => ({
    amount: t.expose('amount', {
      type: 'Decimal',
      description: 'Exact amount in units of `currency`, e.g. "0.15" dollars; never rounded.',
    }),
    currency: t.exposeString('currency', {
      description:
        'ISO 4217 code, e.g. `USD` or `CNY`. `XXX`: an amount of an old record that was stored without its currency.',
    }),
  }),
});

export const MoneyInput = builder.inputType('MoneyInput', {
  description: 'An amount of one currency.',
  fields: (t) => ({
    amount: t.field({
      type: 'Decimal',
      required: true,
      description: 'Amount in units of `currency`, e.g. "0.15"; 0 or more.',
    }),
    currency: t.string({
      required: true,
      defaultValue: 'USD',
      description: 'ISO 4217 code, e.g. `CNY`; USD if not given.',
    }),
  }),
});
