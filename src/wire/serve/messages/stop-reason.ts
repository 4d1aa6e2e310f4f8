import type { JsonObject } from '../../../domain/json.ts';
import type { OperationRecord } from '../../../domain/operation-record.ts';
import type { MessagesOptions } from './read-request.ts';

/** What the answer held, as far as it tells why it ended. */
export type AnswerTraits = { readonly hasToolCalls: boolean; readonly refusal: string };

const reasonOf = (
  { finishReason, rawFinishReason }: Pick<OperationRecord, 'finishReason' | 'rawFinishReason'>,
  { hasToolCalls, refusal }: AnswerTraits,
): string => {
  switch (finishReason ?? 'UNKNOWN') {
    case 'LENGTH':
      return /context/i.test(rawFinishReason ?? '') ? 'model_context_window_exceeded' : 'max_tokens';
    case 'TOOL_CALLS':
      return 'tool_use';
    case 'CONTENT_FILTER':
    case 'REFUSAL':
      return 'refusal';
    case 'PAUSED':
      return rawFinishReason === 'compaction' ? rawFinishReason : 'pause_turn';
    case 'UNKNOWN':
      return 'unknown';
    case 'STOP':
      if (rawFinishReason === 'stop_sequence') return rawFinishReason;
      // Clients run tools only where the reason tells them to; some providers say just that they stopped.
      if (hasToolCalls) return 'tool_use';
      return refusal === '' ? 'end_turn' : 'refusal';
  }
};

/**
 * Whether what the model said when it refused is to be seen as text, where there is nothing else. Anthropic's own
 * reason for a refusal is no text: clients look for it beside the stop reason.
 */
export const isRefusalText = ({ rawFinishReason }: Pick<OperationRecord, 'rawFinishReason'>): boolean =>
  rawFinishReason !== 'refusal';

/** Why the answer ended. Which sequence stopped it no provider's events tell: it is named where there was only one. */
export const stopFields = (
  record: Pick<OperationRecord, 'finishReason' | 'rawFinishReason'>,
  traits: AnswerTraits,
  { stops }: MessagesOptions,
): JsonObject => {
  const reason = reasonOf(record, traits);
  return {
    stop_reason: reason,
    stop_sequence: reason === 'stop_sequence' && stops.length === 1 ? (stops[0] ?? null) : null,
    ...(reason === 'refusal' && {
      stop_details: {
        type: 'refusal',
        category: null,
        explanation: traits.refusal === '' ? null : traits.refusal,
      },
    }),
  };
};
