import { builder } from '../builder.ts';
import { BudgetEndEnum, SpendPeriodEnum } from '../types/route-budget.ts';
import { CandidateInput, type InputFields, policyFields } from './routing-input.ts';

/** Members of what may be spent in a time that comes again. */
const limitFields = (t: InputFields) => ({
  amount: t.field({
    type: 'Decimal',
    required: true,
    description: 'Amount in units of `currency`, above 0.',
  }),
  currency: t.string({ description: 'ISO 4217 code; USD if not given.' }),
  per: t.field({ type: SpendPeriodEnum, required: true, description: 'In which time.' }),
  timeZone: t.string({
    description: 'IANA name of the clock by which that time begins, e.g. `Europe/Berlin`; UTC if not given.',
  }),
});

const OnBudgetShareInput = builder.inputType('OnBudgetShareInput', {
  description: 'From which share of a budget on cheaper offerings come first.',
  fields: (t) => ({
    share: t.float({
      required: true,
      description: 'What is spent and in flight, of the budget: above 0, at most 1.',
    }),
    candidates: t.field({
      type: [CandidateInput],
      description:
        "What comes first then, as listed, before the route's own candidates; if not given, those are ordered by CHEAPEST.",
    }),
  }),
});

const RouteBudgetInput = builder.inputType('RouteBudgetInput', {
  description:
    'What requests to this route may spend, whoever sends them. It guards routing: what other nodes spend is heard a second later.',
  fields: (t) => ({
    ...limitFields(t),
    onBudgetShare: t.field({
      type: OnBudgetShareInput,
      description: 'When it begins to save; not before all is spent if not given.',
    }),
    onExhausted: t.field({
      type: BudgetEndEnum,
      description: 'What is done once all is spent; CHEAPER if not given.',
    }),
  }),
});

export const RoutePolicyInput = builder.inputType('RoutePolicyInput', {
  description: 'How requests are routed. The config file takes the same under `routes`.',
  fields: (t) => ({
    ...policyFields(t),
    budget: t.field({ type: RouteBudgetInput, description: 'What the route may spend; any if not given.' }),
  }),
});

export type RoutePolicyShape = typeof RoutePolicyInput.$inferInput;
