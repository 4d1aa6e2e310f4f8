import type { FailedCheck } from '../../../domain/attempt.ts';
import { providerCostOf } from '../../../domain/provider-cost.ts';
import { builder } from '../builder.ts';
import { UpstreamError, upstreamErrorData } from '../errors.ts';
import { AttemptRef, OfferingRef, ProviderRef, TimingsRef, UsageRef, WarningRef } from '../refs.ts';
import { AttemptCauseEnum, AttemptStatusEnum, ServiceTierEnum, WarningCodeEnum } from './enums.ts';
import { AnswerCheckEnum } from './routing-enums.ts';
import { CostUnion, ProviderCostRef } from './usage-and-cost.ts';

TimingsRef.implement({
  description: 'How long it took, measured by this server.',
  fields: (t) => ({
    totalMs: t.exposeFloat('totalMs', { description: "Milliseconds from the request's arrival to its end." }),
    ttftMs: t.float({
      nullable: true,
      description: 'Milliseconds from sending the last attempt to its first token; null without a stream.',
      resolve: (timings) => timings.ttftMs,
    }),
    outputTps: t.float({
      nullable: true,
      description: 'Output tokens per second after the first token; null if it cannot be measured.',
      resolve: (timings) => timings.outputTps,
    }),
  }),
});

WarningRef.implement({
  description: 'Something that was not done as asked.',
  fields: (t) => ({
    code: t.expose('code', { type: WarningCodeEnum, description: 'What it is about.' }),
    parameter: t.string({
      nullable: true,
      description: 'The parameter, by its name in the input.',
      resolve: (warning) => warning.parameter,
    }),
    message: t.exposeString('message', { description: 'For a person.' }),
  }),
});

const FailedCheckRef = builder.objectRef<FailedCheck>('FailedCheck').implement({
  description: 'Why an answer was not taken, and the next tier asked.',
  fields: (t) => ({
    check: t.expose('check', { type: AnswerCheckEnum, description: 'The check that failed.' }),
    detail: t.exposeString('detail', {
      description: 'What was found and what was asked. Quotes nothing of the answer.',
    }),
  }),
});

AttemptRef.implement({
  description: 'One call to one offering.',
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'Counts from 0.' }),
    offeringId: t.exposeID('offeringId', { description: 'The offering that was called.' }),
    offering: t.field({
      type: OfferingRef,
      nullable: true,
      description: 'The offering; null if the catalogue no longer has it.',
      resolve: (attempt) => attempt.offeringId,
    }),
    provider: t.field({
      type: ProviderRef,
      nullable: true,
      description: 'Its provider; null if the catalogue no longer has it.',
      resolve: (attempt) => attempt.providerId,
    }),
    status: t.expose('status', { type: AttemptStatusEnum, description: 'How it ended.' }),
    cause: t.field({
      type: AttemptCauseEnum,
      nullable: true,
      description: 'Why it was made; null in old rows.',
      resolve: (attempt) => attempt.cause,
    }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When it was sent.' }),
    durationMs: t.exposeFloat('durationMs', { description: 'Milliseconds from sending to its end.' }),
    ttftMs: t.float({
      nullable: true,
      description: 'Milliseconds from sending to the first token; null without a stream or a token.',
      resolve: (attempt) => attempt.ttftMs,
    }),
    usage: t.field({
      type: UsageRef,
      nullable: true,
      description:
        'Tokens, as the provider reported, else as `usageEstimated` says; null where it reported none and failed, or was left by its client, before it began to answer, or answered in full without any.',
      resolve: (attempt) => attempt.usage,
    }),
    usageEstimated: t.boolean({
      description:
        'Whether `usage`, or its output, was worked out here, as the call broke off or was cancelled before its provider reported it.',
      resolve: (attempt) => attempt.usageEstimated === true,
    }),
    cost: t.field({
      type: CostUnion,
      nullable: true,
      description:
        'What the attempt cost; null if no usage is known, and where the provider was overloaded or limited before it answered, which it does not charge for.',
      resolve: (attempt) => attempt.cost,
    }),
    providerCost: t.field({
      type: ProviderCostRef,
      nullable: true,
      description: 'What the provider says it charged; null where it does not say it.',
      resolve: (attempt) => providerCostOf([attempt]),
    }),
    error: t.field({
      type: UpstreamError,
      nullable: true,
      description: 'Why it failed.',
      resolve: (attempt) =>
        attempt.failure === undefined ? null : upstreamErrorData(attempt.failure, undefined),
    }),
    failedCheck: t.field({
      type: FailedCheckRef,
      nullable: true,
      description: 'The check of its route that the answer did not pass; null if none failed.',
      resolve: (attempt) => attempt.failedCheck,
    }),
    providerResponseId: t.string({
      nullable: true,
      description: "The provider's id for its answer.",
      resolve: (attempt) => attempt.providerResponseId,
    }),
    providerModel: t.string({
      nullable: true,
      description: 'The exact model version that the provider says answered.',
      resolve: (attempt) => attempt.providerModel,
    }),
    serviceTier: t.field({
      type: ServiceTierEnum,
      nullable: true,
      description: 'The tier in which the provider says it served the request; null if it does not say.',
      resolve: (attempt) => attempt.serviceTier,
    }),
    region: t.string({
      nullable: true,
      description:
        "The region in which the provider says it ran the model, in its own word, e.g. `us`; null if it does not say. The cost is that region's.",
      resolve: (attempt) => attempt.region,
    }),
  }),
});
