import type { FinishReason } from '../../domain/content-event.ts';

/** Our word for a stop reason. */
export const readStopReason = (raw: string | undefined): FinishReason => {
  switch (raw) {
    case 'end_turn':
    case 'stop_sequence':
      return 'STOP';
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return 'LENGTH';
    case 'tool_use':
      return 'TOOL_CALLS';
    case 'refusal':
      return 'REFUSAL';
    case 'pause_turn':
    case 'compaction':
      return 'PAUSED';
    default:
      return 'UNKNOWN';
  }
};
