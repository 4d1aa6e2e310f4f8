import type { JsonObject } from '../../../domain/json.ts';
import type { OperationKind } from '../../../domain/operation.ts';
import type { CompletionTimeouts } from '../../../gateway/completion-command.ts';
import type { OperationCommand } from '../../../gateway/operation-command.ts';
import type { builder } from '../builder.ts';
import { readDestination } from './read-routing.ts';
import { RoutingInput, type RoutingShape } from './routing-input.ts';
import { checkTimeout, readTags } from './tags.ts';
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
  timeoutMs: t.int({
    description:
      "Limit in milliseconds on the whole operation, fetching of media and all attempts included, 1 to 3,600,000; the route's or the server's default if not given.",
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
  readonly timeoutMs?: number | null | undefined;
  readonly metadata?: JsonObject | null | undefined;
  readonly user?: string | null | undefined;
};

/** Throws InputProblem. */
export const readOptions = (
  options: OperationOptionsShape,
  defaultTimeouts: CompletionTimeouts,
): Omit<OperationCommand<OperationKind>, 'operation' | 'input'> => {
  const { unsupported, timeoutMs } = options;
  if (timeoutMs != null) checkTimeout('timeoutMs', timeoutMs);
  return {
    ...readDestination(options),
    unsupported,
    timeouts: timeoutMs == null ? {} : { totalMs: timeoutMs },
    defaultTimeouts,
    ...readTags(options),
  };
};
