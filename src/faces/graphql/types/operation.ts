import { providerCostOf } from '../../../domain/provider-cost.ts';
import { sumOfUsages } from '../../../domain/usage.ts';
import { builder } from '../builder.ts';
import { entity } from '../entity.ts';
import { UpstreamError, upstreamErrorData } from '../errors.ts';
import {
  AttemptRef,
  KeyRef,
  OfferingRef,
  OperationRef,
  type OperationView,
  RouteRef,
  TimingsRef,
  UsageRef,
  WarningRef,
} from '../refs.ts';
import { OperationKindEnum, OperationStatusEnum } from './enums.ts';
import { CostUnion, ProviderCostRef } from './usage-and-cost.ts';

/** What rows of completions and of other operations have in common. */
export const OperationFactsRef = builder.interfaceRef<OperationView>('OperationFacts').implement({
  description: "What the ledger's row says of a completion, or of another operation: never its content.",
  fields: (t) => ({
    createdAt: t.field({
      type: 'DateTime',
      description: 'When the request arrived.',
      resolve: ({ record }) => record.createdAt,
    }),
    status: t.field({
      type: OperationStatusEnum,
      description: 'How it ended.',
      resolve: ({ record }) => record.status,
    }),
    keyId: t.id({ description: 'Id of the key that asked for it.', resolve: ({ record }) => record.keyId }),
    key: t.field({
      type: KeyRef,
      nullable: true,
      description:
        'The key that asked for it, also after it was revoked or has expired; null for what this server did by itself, e.g. probes.',
      // Who may read a row may see its key.
      resolve: ({ record }) => record.keyId,
    }),
    usage: t.field({
      type: UsageRef,
      nullable: true,
      description:
        'What the attempt that answered used, else the last that failed; null if its provider did not report it.',
      resolve: ({ record }) => record.usage,
    }),
    totalUsage: t.field({
      type: UsageRef,
      nullable: true,
      description:
        'What all attempts used together, failed and cancelled ones included; null if no provider reported any.',
      resolve: ({ record }) => sumOfUsages(record.attempts.flatMap(({ usage }) => usage ?? [])),
    }),
    cost: t.field({
      type: CostUnion,
      description: 'What all attempts cost, by the price rows in force when each was sent.',
      resolve: ({ record }) => record.cost,
    }),
    providerCost: t.field({
      type: ProviderCostRef,
      nullable: true,
      description:
        'What the providers say they charged; null where none says it, or several do in different currencies.',
      resolve: ({ record }) => providerCostOf(record.attempts),
    }),
    route: t.field({
      type: RouteRef,
      description: 'Where it was sent.',
      resolve: ({ record }) => record.route,
    }),
    offering: t.field({
      type: OfferingRef,
      nullable: true,
      description: 'The offering of the last attempt; null if the catalogue no longer has it.',
      resolve: ({ record }) => record.offeringId,
    }),
    attempts: t.field({
      type: [AttemptRef],
      description: 'Every call that was made, in order.',
      resolve: ({ record }) => [...record.attempts],
    }),
    timings: t.field({
      type: TimingsRef,
      description: 'How long it took.',
      resolve: ({ record }) => record.timings,
    }),
    warnings: t.field({
      type: [WarningRef],
      description: 'What was not done as asked.',
      resolve: ({ record }) => [...record.warnings],
    }),
    error: t.field({
      type: UpstreamError,
      nullable: true,
      description: 'Why it failed; null if it did not.',
      resolve: ({ record }) =>
        record.failure === undefined ? null : upstreamErrorData(record.failure, record),
    }),
    metadata: t.field({
      type: 'JSONObject',
      nullable: true,
      description: 'The tags that the caller gave.',
      resolve: ({ record }) => record.metadata,
    }),
    user: t.string({
      nullable: true,
      description: "The caller's own end-user id, as given.",
      resolve: ({ record }) => record.user,
    }),
  }),
});

OperationRef.implement({
  description:
    "The ledger's row of one operation other than a completion: what was used and what it cost, never its content.",
  extensions: entity({ id: (id, context) => OperationRef.getDataloader(context).load(id) }),
  interfaces: [OperationFactsRef],
  fields: (t) => ({
    kind: t.field({
      type: OperationKindEnum,
      description: 'What was asked for.',
      resolve: ({ record: { operation } }) => {
        if (operation === 'COMPLETION') throw new Error('a completion is of a type of its own');
        return operation;
      },
    }),
  }),
});
