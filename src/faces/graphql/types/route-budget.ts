import type { RouteBudget, SpendPeriod } from '../../../domain/route.ts';
import type { SpendStatus } from '../../../gateway/routing/budget/route-budgets.ts';
import { builder } from '../builder.ts';
import { MoneyRef, money } from './money.ts';

export const SpendPeriodEnum = builder.enumType('SpendPeriod', {
  description: 'A time that comes again, on the clock of a zone.',
  values: {
    HOUR: { description: 'From full hour to full hour.' },
    DAY: { description: 'From midnight to midnight.' },
    MONTH: { description: 'From the first of a month to the first of the next.' },
  } satisfies { [Period in SpendPeriod]: { description: string } },
});

export const BudgetEndEnum = builder.enumType('BudgetEnd', {
  description: 'What a route does once its budget is spent.',
  values: {
    CHEAPER: { description: 'It goes on with cheaper offerings first.' },
    REFUSE: {
      description: 'Requests are refused with NoCandidateError (BUDGET_SPENT) until the time is over.',
    },
  } satisfies { [End in RouteBudget['onExhausted']]: { description: string } },
});

export const SpendStatusRef = builder.objectRef<SpendStatus>('SpendStatus').implement({
  description: 'What is spent of a limit in its present time, on all nodes.',
  fields: (t) => ({
    limit: t.field({
      type: MoneyRef,
      description: 'What may be spent.',
      resolve: ({ limit }) => money(limit.amount, limit.currency),
    }),
    per: t.field({ type: SpendPeriodEnum, description: 'In which time.', resolve: ({ limit }) => limit.per }),
    spent: t.field({
      type: MoneyRef,
      description: 'What was spent by what is over, as far as its cost is known.',
      resolve: ({ limit, spent }) => money(spent, limit.currency),
    }),
    share: t.exposeFloat('share', {
      description: 'What is spent and, as estimated, in flight, of the limit; may be above 1.',
    }),
    from: t.expose('from', { type: 'DateTime', description: 'When the present time began.' }),
    to: t.expose('to', { type: 'DateTime', description: 'When it is over, and nothing is spent again.' }),
  }),
});
