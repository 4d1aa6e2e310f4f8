import { decidingAttempt } from '../../../domain/attempt.ts';
import { type ContentFold, createContentFold } from '../../../domain/completion-content.ts';
import type { CompletionStart, RunTrace } from '../../../ports/telemetry.ts';
import type { Tools } from './attempt-spans.ts';
import { recordAttributes } from './fact-attributes.ts';
import { inputContent, outputContent } from './message-content.ts';
import { requestAttributes } from './request-attributes.ts';
import { startRunSpan } from './run-span.ts';

export const startCompletionSpan = (tools: Tools, start: CompletionStart): RunTrace => {
  const { capturesContent } = tools;
  const content: ContentFold | undefined = capturesContent ? createContentFold() : undefined;
  return startRunSpan(tools, {
    operation: 'chat',
    model: start.model,
    attributes: { ...requestAttributes(start), ...(capturesContent && inputContent(start.request)) },
    parent: start.parent,
    endAttributes(record) {
      const reason = record.rawFinishReason ?? record.finishReason?.toLowerCase();
      return {
        // Ours, where the provider has none.
        'gen_ai.response.id': record.id,
        ...recordAttributes(record, decidingAttempt(record.attempts)),
        ...(reason !== undefined && { 'gen_ai.response.finish_reasons': [reason] }),
        ...(content !== undefined && outputContent(content.content(), reason)),
      };
    },
    ...(content !== undefined && { see: (event) => content.add(event) }),
  });
};
