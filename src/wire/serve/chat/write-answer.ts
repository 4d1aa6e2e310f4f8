import type { CompletionContent } from '../../../domain/completion-content.ts';
import type { JsonObject, JsonValue } from '../../../domain/json.ts';
import { customInput } from '../../custom-tools.ts';
import { objectAt, objectsAt } from '../../json-reading.ts';
import { given } from '../../json-writing.ts';
import { nativeFinishReason } from '../answer-facts.ts';
import type { FinishedAnswer } from '../client-dialect.ts';
import { unixSeconds } from '../unix-seconds.ts';
import { writeAnnotation, writeExtraContent, writeLogprobs, writeReasoningDetail } from './answer-parts.ts';
import { writeFinishReason } from './finish-reason.ts';
import type { ChatOptions } from './options.ts';
import { type Records, withCost, writeFacts, writeTier, writeUsage } from './usage.ts';
import { withCallIds } from './verbatim-calls.ts';

export type Answers = readonly [FinishedAnswer, ...FinishedAnswer[]];

export const recordsOf = ([first, ...rest]: Answers): Records => [
  first.record,
  ...rest.map(({ record }) => record),
];

const writeCalls = (content: CompletionContent, { usesFunctions, toolNames }: ChatOptions): JsonObject => {
  const [first] = content.toolCalls;
  if (first === undefined) return {};
  if (usesFunctions) return { function_call: { name: first.name, arguments: first.arguments } };
  return {
    tool_calls: content.toolCalls.map(({ id, name, arguments: json, signature }) => {
      const custom = toolNames?.aliasOf(name);
      return {
        id,
        ...(custom === undefined
          ? { type: 'function', function: { name, arguments: json } }
          : { type: 'custom', custom: { name: custom.name, input: customInput(json) } }),
        ...(signature !== undefined && { extra_content: writeExtraContent(signature) }),
      };
    }),
  };
};

const writeReasoning = ({ reasoning }: CompletionContent, { hidesReasoning }: ChatOptions): JsonObject => {
  if (hidesReasoning || reasoning.length === 0) return {};
  const text = reasoning.map((block) => block.text).join('');
  const isSigned = reasoning.some(({ signature }) => signature !== undefined);
  return {
    ...(text !== '' && { reasoning_content: text }),
    ...(isSigned && { reasoning_details: reasoning.map(writeReasoningDetail) }),
  };
};

const writeMessage = (content: CompletionContent, options: ChatOptions): JsonObject => {
  const annotations = content.sources.flatMap((source) => writeAnnotation(source) ?? []);
  const isSilent = content.text === '' && (content.toolCalls.length > 0 || content.refusal !== '');
  const message: { [name: string]: JsonValue } = {
    role: 'assistant',
    content: isSilent ? null : content.text,
    refusal: content.refusal === '' ? null : content.refusal,
  };
  if (content.reasoning.length > 0) Object.assign(message, writeReasoning(content, options));
  if (content.toolCalls.length > 0) Object.assign(message, writeCalls(content, options));
  if (annotations.length > 0) message.annotations = annotations;
  return message;
};

const writeChoice = (
  { content, record }: FinishedAnswer,
  index: number,
  options: ChatOptions,
): JsonObject => ({
  index,
  message: writeMessage(content, options),
  logprobs: content.logprobs.length === 0 ? null : writeLogprobs(content.logprobs),
  finish_reason: writeFinishReason(record, content.refusal !== '', options.usesFunctions),
  ...given('native_finish_reason', nativeFinishReason(record)),
});

/** The choices of all answers; those of one provider's call are as they came. */
const choicesOf = (answers: Answers, options: ChatOptions): readonly JsonObject[] =>
  answers
    .flatMap((answer) =>
      answer.verbatim === undefined
        ? [writeChoice(answer, 0, options)]
        : objectsAt(withCallIds(answer.verbatim), 'choices'),
    )
    .map((choice, index) => ({ ...choice, index }));

/** The whole answer; of several completions, each is a choice. */
export const writeChatAnswer = (answers: Answers, options: ChatOptions): JsonObject => {
  const [first, ...rest] = answers;
  const { record } = first;
  const received = first.verbatim && withCallIds(first.verbatim);
  const records = recordsOf(answers);
  const modelgraph = writeFacts(records);
  if (received !== undefined && rest.length === 0) {
    const answer: { [name: string]: JsonValue } = { ...received };
    const usage = objectAt(received, 'usage');
    if (usage !== undefined) answer.usage = withCost(usage, records);
    answer.modelgraph = modelgraph;
    return answer;
  }
  return {
    id: record.id,
    object: 'chat.completion',
    created: unixSeconds(record.createdAt),
    model: record.offeringId ?? record.route.requested,
    ...received,
    choices: choicesOf(answers, options),
    ...given('usage', writeUsage(records)),
    ...(received === undefined && writeTier(record)),
    modelgraph,
  };
};
