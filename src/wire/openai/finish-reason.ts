import type { FinishReason } from '../../domain/content-event.ts';

/** Our word for a server's reason to stop; several compatible servers use words of their own. */
export const readFinishReason = (raw: string | undefined): FinishReason => {
  switch (raw) {
    case undefined:
    case 'stop':
    case 'end_turn':
    case 'stop_sequence':
    case 'eos':
      return 'STOP';
    case 'length':
    case 'max_tokens':
    case 'model_length':
      return 'LENGTH';
    case 'tool_calls':
    case 'tool_use':
    case 'function_call':
      return 'TOOL_CALLS';
    case 'content_filter':
    case 'sensitive':
      return 'CONTENT_FILTER';
    case 'refusal':
      return 'REFUSAL';
    default:
      return 'UNKNOWN';
  }
};
