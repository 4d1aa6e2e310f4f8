import type { FinishReason } from '../../domain/content-event.ts';

/** Our word for a finish reason. Gemini says STOP also where it calls tools. */
export const readFinishReason = (raw: string, hasToolCalls: boolean): FinishReason => {
  switch (raw) {
    case 'STOP':
      return hasToolCalls ? 'TOOL_CALLS' : 'STOP';
    case 'MAX_TOKENS':
      return 'LENGTH';
    case 'SAFETY':
    case 'RECITATION':
    case 'LANGUAGE':
    case 'BLOCKLIST':
    case 'PROHIBITED_CONTENT':
    case 'SPII':
    case 'IMAGE_SAFETY':
    case 'IMAGE_PROHIBITED_CONTENT':
    case 'IMAGE_RECITATION':
      return 'CONTENT_FILTER';
    default:
      return 'UNKNOWN';
  }
};
