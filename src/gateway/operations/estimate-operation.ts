import type { Offering } from '../../domain/model.ts';
import type { OperationKind, OperationRequests, OperationResults } from '../../domain/operation.ts';
import type { Warning } from '../../domain/warning.ts';
import { unsealedFor } from '../sealed-signature.ts';
import { estimateTokens, HOW_ESTIMATED } from '../token-estimate.ts';
import { unlistedWarnings } from '../unlisted-warning.ts';

/** What was worked out here, without a provider. */
export type Estimate<Kind extends OperationKind> = {
  readonly result: OperationResults[Kind];
  readonly warnings: readonly Warning[];
};

const none = (): undefined => undefined;

const ESTIMATES: {
  readonly [Kind in OperationKind]: (
    request: OperationRequests[Kind],
    offering: Offering,
    signal: AbortSignal,
  ) => Promise<Estimate<Kind>> | undefined;
} = {
  EMBEDDING: none,
  IMAGE_GENERATION: none,
  SPEECH: none,
  TRANSCRIPTION: none,
  RERANK: none,
  MODERATION: none,
  async TOKEN_COUNT(request, offering, signal) {
    const unsealed = unsealedFor(offering.providerId, request);
    const inputTokens = await estimateTokens(unsealed.request, signal);
    return {
      result: { inputTokens, method: 'ESTIMATE' },
      warnings: [
        ...unlistedWarnings(offering),
        ...unsealed.warnings,
        { code: 'ESTIMATED', message: HOW_ESTIMATED },
      ],
    };
  },
};

/** What can be said of an offering where its provider does not have the operation; undefined where nothing can. */
export const estimateOf = <Kind extends OperationKind>(
  operation: Kind,
  request: OperationRequests[Kind],
  offering: Offering,
  signal: AbortSignal,
): Promise<Estimate<Kind>> | undefined => ESTIMATES[operation](request, offering, signal);
