import type { JsonObject } from '../../../domain/json.ts';
import type { OperationKind } from '../../../domain/operation.ts';
import type { CompletionTimeouts, OnDisconnect } from '../../../gateway/completion-command.ts';
import type { OperationCommand } from '../../../gateway/operation-command.ts';
import type { builder } from '../builder.ts';
import { OnDisconnectEnum } from './on-disconnect.ts';
import { readDestination } from './read-routing.ts';
import { RoutingInput, type RoutingShape } from './routing-input.ts';
import { checkTimeout, readTags } from './tags.ts';
import { readTimeouts, TimeoutsInput, type TimeoutsShape } from './timeouts.ts';
import { UnsupportedPolicyEnum } from './unsupported-policy.ts';

type InputFields = Parameters<Parameters<typeof builder.inputType>[1]['fields']>[0];

/** Fields that the input of every operation has. */
export const operationOptions = (t: InputFields) => ({
  model: t.string({
    description:
      'A slug, an offering id (`provider/providerModelId`), an unqualified name or alias that means one model, `route:<name>` for a saved route, or `inline`; as for completions.',
  }),
  routing: t.field({
    type: RoutingInput,
    description: 'How this request is routed. Offerings that do not have the operation are passed over.',
  }),
  unsupported: t.field({
    type: UnsupportedPolicyEnum,
    required: true,
    defaultValue: 'ERROR',
    description: 'What to do about parameters that a provider cannot honour.',
  }),
  timeouts: t.field({ type: TimeoutsInput, description: 'Time limits.' }),
  timeoutMs: t.int({
    description: 'The same as `timeouts.totalMs`, which wins where both are given.',
    deprecationReason: 'Use `timeouts.totalMs`.',
  }),
  onDisconnect: t.field({
    type: OnDisconnectEnum,
    required: true,
    defaultValue: 'CANCEL',
    description: 'What happens when the connection is lost.',
  }),
  metadata: t.field({
    type: 'JSONObject',
    description: 'Up to 16 tags with text values; kept in the ledger.',
  }),
  user: t.string({ description: "Your own end user's id; kept in the ledger." }),
});

export type OperationOptionsShape = {
  readonly model?: string | null | undefined;
  readonly routing?: RoutingShape | null | undefined;
  readonly unsupported: 'ERROR' | 'WARN';
  readonly timeouts?: TimeoutsShape | null | undefined;
  readonly timeoutMs?: number | null | undefined;
  readonly onDisconnect: OnDisconnect;
  readonly metadata?: JsonObject | null | undefined;
  readonly user?: string | null | undefined;
};

/** Throws InputProblem. */
export const readOptions = (
  options: OperationOptionsShape,
  defaultTimeouts: CompletionTimeouts,
): Omit<OperationCommand<OperationKind>, 'operation' | 'input'> => {
  const { unsupported, timeouts, timeoutMs, onDisconnect } = options;
  if (timeoutMs != null) checkTimeout('timeoutMs', timeoutMs);
  return {
    ...readDestination(options),
    unsupported,
    timeouts: { ...(timeoutMs != null && { totalMs: timeoutMs }), ...readTimeouts(timeouts) },
    defaultTimeouts,
    onDisconnect,
    ...readTags(options),
  };
};
