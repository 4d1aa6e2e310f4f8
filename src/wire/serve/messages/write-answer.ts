import type { JsonObject } from '../../../domain/json.ts';
import { objectAt } from '../../json-reading.ts';
import { answerFacts, withUsageCost } from '../answer-facts.ts';
import type { FinishedAnswer } from '../client-dialect.ts';
import { clientToolCallId } from '../tool-call-ids.ts';
import { carrySignature } from './carried-signature.ts';
import { citationOf, inputOf, messageIdOf } from './message-fields.ts';
import type { MessagesOptions } from './read-request.ts';
import { isRefusalText, stopFields } from './stop-reason.ts';
import { finalUsage, usageFields } from './usage.ts';
import { withCallIds } from './verbatim-calls.ts';

const contentBlocks = ({ content, record }: FinishedAnswer): readonly JsonObject[] => {
  const blocks: JsonObject[] = content.reasoning.flatMap(
    ({ text, signature, redacted }): readonly JsonObject[] => {
      if (redacted !== true) return [{ type: 'thinking', thinking: text, signature: signature ?? '' }];
      return signature === undefined ? [] : [{ type: 'redacted_thinking', data: signature }];
    },
  );
  const isEmpty = blocks.length === 0 && content.toolCalls.length === 0;
  const text = content.text === '' && isEmpty && isRefusalText(record) ? content.refusal : content.text;
  const citations = content.sources.map(citationOf).filter((one) => one !== undefined);
  if (text !== '') blocks.push({ type: 'text', text, citations: citations.length > 0 ? citations : null });
  for (const { id, name, arguments: args, signature } of content.toolCalls) {
    blocks.push({ type: 'tool_use', id: clientToolCallId(id, record.id), name, input: inputOf(args) });
    if (signature !== undefined)
      blocks.push({ type: 'redacted_thinking', data: carrySignature({ id, signature }) });
  }
  return blocks;
};

/** A whole message. The format knows one answer. */
export const writeMessagesAnswer = (answer: FinishedAnswer, options: MessagesOptions): JsonObject => {
  const { content, record, verbatim } = answer;
  if (verbatim !== undefined)
    return {
      ...withCallIds(verbatim),
      usage: withUsageCost(objectAt(verbatim, 'usage') ?? usageFields(), record.cost),
    };
  return {
    id: messageIdOf(record.id),
    type: 'message',
    role: 'assistant',
    model: record.offeringId ?? options.model,
    content: contentBlocks(answer),
    ...stopFields(record, { hasToolCalls: content.toolCalls.length > 0, refusal: content.refusal }, options),
    usage: finalUsage(record),
    modelgraph: answerFacts(record),
  };
};
