import type { SourceHealth } from '../../../catalogue/source-health.ts';
import type { QuarantinedPrice, QuarantineReason } from '../../../domain/price.ts';
import type { SourceProblemCode } from '../../../domain/source-problem.ts';
import { builder } from '../builder.ts';

const SourceStatusEnum = builder.enumType('CatalogueSourceStatus', {
  description: 'How a source of the catalogue does.',
  values: {
    OFF: { description: 'Not read: `offReason` says what to set.' },
    WAITING: { description: 'Not read yet.' },
    FRESH: { description: 'What it said last is what is used, and was read in time.' },
    STALE: { description: 'Not read for longer than is set; what it said last is used on.' },
    FAILING: { description: 'The latest reading failed; what it said before is used on.' },
  },
});

const SourceProblemCodeEnum = builder.enumType('CatalogueSourceProblemCode', {
  description: 'Why a source could not be read, or not in full.',
  values: {
    UNREACHABLE: {
      description: 'There was no connection, it broke off, or it led to an address that is not followed.',
    },
    TIMEOUT: { description: 'It did not begin to answer, or did not end, in time.' },
    HTTP_STATUS: { description: 'It answered with a status that is no success.' },
    TOO_LARGE: { description: 'It sent more than is taken; the rest was not read.' },
    UNREADABLE: {
      description: 'What it sent is not what it gives: a web page, cut off, or of another shape.',
    },
    EMPTY: { description: 'It lists far less than before. It is believed when it says so twice.' },
    INCOMPLETE: { description: 'One of its files could not be read; the others are used.' },
  } satisfies { readonly [Code in SourceProblemCode]: { readonly description: string } },
});

export const QuarantineReasonEnum = builder.enumType('QuarantineReason', {
  description: 'Why a rate is not used.',
  values: {
    NEGATIVE: { description: 'It is below 0.' },
    ABSURD: {
      description:
        'It is beyond any real price, or the rate of a service tier that one source alone states and that is below 0.2 or above 3 times (PRIORITY: 5 times) the standard rate.',
    },
    UNIT: { description: 'It is off by a factor that a wrong unit makes, e.g. cents for dollars.' },
    JUMP: {
      description: 'It is over 3 times the rate before, or less than a third, and no second source agrees.',
    },
    PLACEHOLDER: { description: 'It is too small to be a price, e.g. 1e-9 dollars a token.' },
    MULTIPLE: {
      description:
        "It is a half, a third, a quarter or a fifth, or 2 to 5 times, what several sources say of a lab's own rates, e.g. a batch rate stated as the standard one.",
    },
    UNCONFIRMED: {
      description: 'It is below 0.003 dollars a million tokens, and no second source states it.',
    },
    CONVERTED: {
      description: 'A list in yuan is stated in dollars, at an unstated exchange rate.',
    },
    MALFORMED: { description: 'It cannot be read.' },
  } satisfies { readonly [Reason in QuarantineReason]: { readonly description: string } },
});

const SourceProblemRef = builder
  .objectRef<NonNullable<SourceHealth['problem']>>('CatalogueSourceProblem')
  .implement({
    description: 'Why the latest attempt to read a source failed, or did not give all of it.',
    fields: (t) => ({
      code: t.expose('code', { type: SourceProblemCodeEnum, description: 'Stable code.' }),
      message: t.string({
        description:
          'What happened, for a person; holds no credential. Addresses can be in it: for other keys than the admin key it says only where to ask.',
        resolve: ({ message }, _args, { caller }) =>
          caller.key.role === 'ADMIN' ? message : 'Only the admin key is told what happened.',
      }),
      at: t.expose('at', { type: 'DateTime', description: "When, by this server's clock." }),
    }),
  });

const QuarantinedPriceRef = builder.objectRef<QuarantinedPrice>('QuarantinedPrice').implement({
  description: 'A rate that a source states and that is not used.',
  fields: (t) => ({
    source: t.exposeString('source', { description: 'Id of the source that states it.' }),
    subject: t.exposeString('subject', {
      description: "The offering, as far as it is known: `provider/model` in the source's own words.",
    }),
    reason: t.expose('reason', { type: QuarantineReasonEnum, description: 'Why it is not used.' }),
    detail: t.exposeString('detail', {
      description: 'What was stated and what was expected, for a person.',
    }),
    at: t.expose('at', { type: 'DateTime', description: 'When the source was seen to state it.' }),
  }),
});

export const CatalogueSourceRef = builder.objectRef<SourceHealth>('CatalogueSource').implement({
  description: 'A list of prices, models, speeds or exchange rates, and how reading it goes on this node.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Its id, as `source` in provenances and in the configuration.' }),
    name: t.exposeString('name', { description: 'Name for people.' }),
    pageUrl: t.exposeString('pageUrl', { description: 'What a person would open to check it.' }),
    terms: t.exposeString('terms', { description: 'Terms under which its data may be used.' }),
    status: t.expose('status', { type: SourceStatusEnum, description: 'How it does.' }),
    offReason: t.string({
      nullable: true,
      description: 'What to set to have it; null unless it is OFF.',
      resolve: ({ offReason }) => offReason,
    }),
    checkedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was last read or confirmed to be unchanged; null if it never was.',
      resolve: ({ checkedAt }) => checkedAt,
    }),
    changedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When what it says last changed, or when it was published, for what is shipped.',
      resolve: ({ changedAt }) => changedAt,
    }),
    nextCheckAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When this node will next want to read it; null if it is not read by schedule.',
      resolve: ({ nextCheckAt }) => nextCheckAt,
    }),
    beingRead: t.boolean({
      description: 'Whether it is being read now, by this node or, as far as this one knows, by another.',
      resolve: ({ isBeingRead }) => isBeingRead,
    }),
    lastProblem: t.field({
      type: SourceProblemRef,
      nullable: true,
      description:
        'Of the latest attempt to read it; null if it succeeded. With status FRESH: a part of it could not be read.',
      resolve: ({ problem }) => problem,
    }),
    failures: t.exposeInt('failures', { description: 'How often in a row reading it has failed.' }),
    offerings: t.exposeInt('offerings', {
      description: 'Number of offerings of the catalogue that it lists or prices.',
    }),
    prices: t.exposeInt('prices', { description: 'Number of price rows that are served from it.' }),
    quarantinedCount: t.int({
      description: 'Number of its rows that are not believed; 1,000 at most are counted.',
      resolve: ({ quarantined }) => quarantined.length,
    }),
    quarantined: t.field({
      type: [QuarantinedPriceRef],
      description: 'Rows of it that are not believed.',
      args: {
        first: t.arg.int({ defaultValue: 20, description: 'At most how many; up to 1,000.' }),
      },
      resolve: ({ quarantined }, { first }) =>
        quarantined.slice(0, Math.max(0, Math.min(first ?? 20, 1_000))),
    }),
  }),
});
