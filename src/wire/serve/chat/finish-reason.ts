import type { CompletionRecord } from '../../../domain/completion-record.ts';

export type WrittenFinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'function_call';

/** Why the model stopped, in OpenAI's words. A refusal in words is an answer there; one without is a filter's. */
export const writeFinishReason = (
  { finishReason }: Pick<CompletionRecord, 'finishReason'>,
  hasRefusal: boolean,
  usesFunctions: boolean,
): WrittenFinishReason => {
  switch (finishReason ?? 'UNKNOWN') {
    case 'LENGTH':
      return 'length';
    case 'TOOL_CALLS':
      return usesFunctions ? 'function_call' : 'tool_calls';
    case 'CONTENT_FILTER':
      return 'content_filter';
    case 'REFUSAL':
      return hasRefusal ? 'stop' : 'content_filter';
    case 'STOP':
    case 'PAUSED':
    case 'UNKNOWN':
      return 'stop';
  }
};

/** The provider's own word, where ours does not say it. */
export const nativeFinishReason = ({
  finishReason,
  rawFinishReason,
}: Pick<CompletionRecord, 'finishReason' | 'rawFinishReason'>): string | undefined =>
  finishReason === 'PAUSED' || finishReason === 'UNKNOWN' ? rawFinishReason : undefined;
