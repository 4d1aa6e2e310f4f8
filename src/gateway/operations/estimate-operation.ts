import type { ModelSlug } from '../../domain/ids.ts';
import type { OperationKind, OperationRequests, OperationResults } from '../../domain/operation.ts';
import type { Warning } from '../../domain/warning.ts';
import { unsealedFor } from '../sealed-signature.ts';
import type { Resolved } from '../stages/resolve-model.ts';
import { estimateTokens, HOW_ESTIMATED } from '../token-estimate.ts';
import { unlistedWarnings } from '../unlisted-warning.ts';
import { inOrderOfSeals } from './plan-operation.ts';

/** What was worked out here, without a provider. */
type Estimate<Kind extends OperationKind> = {
  readonly modelSlug: ModelSlug;
  readonly result: OperationResults[Kind];
  readonly warnings: readonly Warning[];
};

const none = (): undefined => undefined;

const ESTIMATES: {
  readonly [Kind in OperationKind]: (
    request: OperationRequests[Kind],
    resolved: Resolved,
    signal: AbortSignal,
  ) => Promise<Estimate<Kind>> | undefined;
} = {
  EMBEDDING: none,
  IMAGE_GENERATION: none,
  SPEECH: none,
  TRANSCRIPTION: none,
  RERANK: none,
  MODERATION: none,
  async TOKEN_COUNT(request, { model, callable }, signal) {
    const [first = callable[0]] = inOrderOfSeals(callable, request);
    const unsealed = unsealedFor(first.provider.id, request);
    const inputTokens = await estimateTokens(unsealed.request, signal);
    return {
      modelSlug: model.slug,
      result: { inputTokens, method: 'ESTIMATE' },
      warnings: [
        ...unlistedWarnings(first.offering),
        ...unsealed.warnings,
        { code: 'ESTIMATED', message: HOW_ESTIMATED },
      ],
    };
  },
};

/** What can be said where no provider that serves the model has the operation; undefined where nothing can. */
export const estimateOf = async <Kind extends OperationKind>(
  operation: Kind,
  request: OperationRequests[Kind],
  resolved: Resolved,
  signal: AbortSignal,
): Promise<Estimate<Kind> | undefined> => ESTIMATES[operation](request, resolved, signal);
