import type { OfferingStat } from '../../../gateway/watch-offering-stats.ts';
import { builder } from '../builder.ts';
import { invalidInput } from '../errors.ts';
import { weight } from '../field-weight.ts';
import { OfferingFilterInput, readOfferingFilter } from '../inputs/offering-filter.ts';
import { OfferingRef } from '../refs.ts';
import { MoneyRef } from '../types/money.ts';
import { PerfStatRef } from '../types/perf-stat.ts';
import { pauseOf } from '../work/pace.ts';

const OfferingStatRef = builder.objectRef<OfferingStat>('OfferingStat').implement({
  description:
    "How an offering does now, by this server's own traffic of the last 30 minutes, and what it costs.",
  fields: (t) => ({
    offering: t.field({
      type: OfferingRef,
      description: 'The offering.',
      resolve: ({ offering }) => offering,
    }),
    ttft: t.field({
      type: PerfStatRef,
      nullable: true,
      description: 'Milliseconds to the first token; null if nothing was measured.',
      resolve: ({ ttft }) => ttft,
    }),
    outputTps: t.field({
      type: PerfStatRef,
      nullable: true,
      description: 'Output tokens a second after it; null if nothing was measured.',
      resolve: ({ outputTps }) => outputTps,
    }),
    errorRate: t.field({
      type: PerfStatRef,
      nullable: true,
      description: "Share of calls that failed by the provider's fault, as `p50`; null if there were none.",
      resolve: ({ errorRate }) => errorRate,
    }),
    inputPrice: t.field({
      type: MoneyRef,
      nullable: true,
      description: 'Of 1,000,000 plain input tokens of a short prompt; null if unknown.',
      resolve: ({ inputPrice }) => inputPrice,
    }),
    outputPrice: t.field({
      type: MoneyRef,
      nullable: true,
      description: 'Of 1,000,000 plain output tokens of a short prompt; null if unknown.',
      resolve: ({ outputPrice }) => outputPrice,
    }),
    at: t.expose('at', { type: 'DateTime', description: 'When it was read.' }),
  }),
});

/** At each look all that moved is judged: in slices, and on the key's time. */
const WEIGHT_OF_WATCH = 400;
const LEAST_MS = 250;
const MOST_MS = 3_600_000;

builder.subscriptionField('offeringStats', (t) =>
  t.field({
    type: OfferingStatRef,
    description:
      'Speed, failures and prices of offerings as they move: first what is known, then each that has changed. Runs until the client leaves.',
    args: {
      filter: t.arg({ type: OfferingFilterInput, description: 'Which of them; all if not given.' }),
      everyMs: t.arg.int({
        required: true,
        defaultValue: 1_000,
        description: 'Milliseconds between looks, 250 to 3600000.',
      }),
    },
    extensions: weight(WEIGHT_OF_WATCH),
    subscribe: (_root, { filter, everyMs }, context) => {
      const { gateway, catalogue, gone } = context;
      if (everyMs < LEAST_MS || everyMs > MOST_MS)
        throw invalidInput('everyMs', `takes ${LEAST_MS} to ${MOST_MS}.`);
      const asked = readOfferingFilter(filter, catalogue.current());
      return gateway.watchStats(asked, everyMs, gone, pauseOf(context));
    },
    resolve: (stat) => stat,
  }),
);
