import type { FinishReason } from '../../domain/content-event.ts';
import type { FailureCode } from '../../domain/failure.ts';

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

/** What went wrong, where an answer ended so that nothing of it can be used; undefined for other ends. */
export const brokenEnd = (
  raw: string | undefined,
): { readonly code: FailureCode; readonly problem: string } | undefined => {
  switch (raw) {
    case 'MALFORMED_FUNCTION_CALL':
      return { code: 'SERVER_ERROR', problem: 'The model wrote a function call that cannot be read.' };
    case 'MALFORMED_RESPONSE':
      return { code: 'SERVER_ERROR', problem: 'The model wrote an answer that cannot be read.' };
    case 'UNEXPECTED_TOOL_CALL':
      return { code: 'SERVER_ERROR', problem: 'The model called a tool although none was offered.' };
    case 'TOO_MANY_TOOL_CALLS':
      return { code: 'SERVER_ERROR', problem: 'The model called too many tools in a row.' };
    case 'MISSING_THOUGHT_SIGNATURE':
      return { code: 'INVALID_REQUEST', problem: 'The conversation lacks the signature of a thought.' };
    default:
      return undefined;
  }
};
