import type { Currency } from '../../../domain/money.ts';
import type {
  MirrorComparison,
  MirroredOffering,
  MirrorSide,
  Spread,
} from '../../../gateway/routing/mirror/compare-mirrors.ts';
import { builder } from '../builder.ts';
import { OfferingRef } from '../refs.ts';
import { MoneyRef, money } from './money.ts';

const SpreadRef = builder.objectRef<Spread>('MirrorSpread').implement({
  description: 'How values are spread.',
  fields: (t) => ({
    p50: t.exposeFloat('p50', { description: 'Half of them are no more.' }),
    p95: t.exposeFloat('p95', { description: '95 of 100 are no more.' }),
  }),
});

const MirrorSideRef = builder
  .objectRef<MirrorSide & { readonly currency: Currency }>('MirrorSide')
  .implement({
    description: 'What one side of the pairs came to.',
    fields: (t) => ({
      completions: t.exposeInt('completions', { description: 'How many there were.' }),
      errorShare: t.float({
        description: 'Share of them that failed.',
        resolve: ({ completions, failed }) => (completions === 0 ? 0 : failed / completions),
      }),
      cost: t.field({
        type: MoneyRef,
        description: 'What those cost whose cost is known.',
        resolve: ({ cost, currency }) => money(cost, currency),
      }),
      priced: t.exposeInt('priced', { description: 'Of how many the cost is known.' }),
      ttftMs: t.field({
        type: SpreadRef,
        nullable: true,
        description: 'Milliseconds to the first token; null without streams.',
        resolve: ({ ttftMs }) => ttftMs,
      }),
      outputTps: t.field({
        type: SpreadRef,
        nullable: true,
        description: 'Output tokens a second after the first; null without streams.',
        resolve: ({ outputTps }) => outputTps,
      }),
    }),
  });

const MirroredOfferingRef = builder.objectRef<MirroredOffering>('MirroredOffering').implement({
  description: 'An offering that completions were mirrored to, beside what they did themselves.',
  fields: (t) => ({
    offeringId: t.exposeID('offeringId', { description: 'Id of the offering.' }),
    offering: t.field({
      type: OfferingRef,
      nullable: true,
      description: 'The offering; null if the catalogue no longer has it.',
      resolve: ({ offeringId }) => offeringId,
    }),
    main: t.field({
      type: MirrorSideRef,
      description: 'The completions that were mirrored there, whoever answered them.',
      resolve: ({ main, currency }) => ({ ...main, currency }),
    }),
    mirror: t.field({
      type: MirrorSideRef,
      description: 'Their mirrors.',
      resolve: ({ mirror, currency }) => ({ ...mirror, currency }),
    }),
    sameFinishReasonShare: t.float({
      nullable: true,
      description: 'Share of the pairs, of those both answered, that ended for the same reason.',
      resolve: ({ sameFinishReason }) => sameFinishReason,
    }),
    sameTextShare: t.float({
      nullable: true,
      description: 'Share of the pairs, of those both answered, that wrote the same text.',
      resolve: ({ sameText }) => sameText,
    }),
  }),
});

export const MirrorComparisonRef = builder.objectRef<MirrorComparison>('MirrorComparison').implement({
  description: 'Mirrors of a route beside the completions that they mirror.',
  fields: (t) => ({
    pairs: t.exposeInt('pairs', { description: 'How many mirrors are compared: the newest 2,000 at most.' }),
    isCut: t.exposeBoolean('isCut', { description: 'Whether there are older ones in that time.' }),
    offerings: t.field({
      type: [MirroredOfferingRef],
      description: 'By the offering that they were mirrored to.',
      resolve: ({ offerings }) => [...offerings],
    }),
  }),
});
