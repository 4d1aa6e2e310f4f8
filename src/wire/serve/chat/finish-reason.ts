import type { OperationRecord } from '../../../domain/operation-record.ts';

/** `unknown`: the provider gave a reason that has no counterpart; it is no `stop`. */
export type WrittenFinishReason =
  | 'stop'
  | 'length'
  | 'tool_calls'
  | 'content_filter'
  | 'function_call'
  | 'unknown';

/** Why the model stopped, in OpenAI's words. A refusal in words is an answer there; one without is a filter's. */
export const writeFinishReason = (
  { finishReason }: Pick<OperationRecord, 'finishReason'>,
  hasRefusal: boolean,
  usesFunctions: boolean,
): WrittenFinishReason => {
  switch (finishReason ?? 'UNKNOWN') {
    case 'LENGTH':
    // What was paused is not whole: it goes on when it is sent back.
    case 'PAUSED':
      return 'length';
    case 'TOOL_CALLS':
      return usesFunctions ? 'function_call' : 'tool_calls';
    case 'CONTENT_FILTER':
      return 'content_filter';
    case 'REFUSAL':
      return hasRefusal ? 'stop' : 'content_filter';
    case 'STOP':
      return 'stop';
    case 'UNKNOWN':
      return 'unknown';
  }
};
