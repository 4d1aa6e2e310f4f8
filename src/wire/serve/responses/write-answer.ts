import type { CompletionContent } from '../../../domain/completion-content.ts';
import type { JsonObject } from '../../../domain/json.ts';
import { customInput, type ToolNames } from '../../custom-tools.ts';
import type { FinishedAnswer } from '../client-dialect.ts';
import { clientToolCallId } from '../tool-call-ids.ts';
import { writeEncryptedContent } from './encrypted-content.ts';
import type { ResponsesOptions } from './options.ts';
import {
  annotationJson,
  callItem,
  callPrefix,
  type ItemStatus,
  logprobsJson,
  messageItem,
  reasoningItem,
  refusalPart,
  textPart,
} from './output-items.ts';
import { finishedResponse, idCore, shortfallOf } from './response-object.ts';
import { FilledCallIds } from './verbatim-calls.ts';
import { withCost } from './verbatim-stream.ts';

const messageContent = ({ text, refusal, sources, logprobs }: CompletionContent): readonly JsonObject[] => [
  ...(text === '' && sources.length === 0
    ? []
    : [
        textPart(
          text,
          sources.map((source) => annotationJson(source, text.length)),
          logprobsJson(logprobs),
        ),
      ]),
  ...(refusal === '' ? [] : [refusalPart(refusal)]),
];

/** The items of a whole answer: reasoning, text, calls. `status` is that of the last of them. */
const outputOf = (
  content: CompletionContent,
  core: string,
  status: ItemStatus,
  names: ToolNames | undefined,
): readonly JsonObject[] => {
  const { reasoning, toolCalls } = content;
  const parts = messageContent(content);
  let count = 0;
  const nextId = (prefix: string): string => `${prefix}_${core}${(count++).toString(16).padStart(4, '0')}`;
  const signatures = new Map(
    toolCalls.flatMap(({ id, signature }) => (signature === undefined ? [] : [[id, signature]])),
  );
  return [
    ...reasoning.map(({ text, signature, redacted = false }) => {
      const encrypted =
        signature === undefined
          ? undefined
          : writeEncryptedContent({ kind: 'REASONING', signature, redacted });
      return reasoningItem(nextId('rs'), text, encrypted);
    }),
    ...(parts.length === 0
      ? []
      : [messageItem(nextId('msg'), toolCalls.length === 0 ? status : 'completed', parts)]),
    ...toolCalls.map((call, at) => {
      const alias = names?.aliasOf(call.name);
      return callItem(
        nextId(callPrefix(alias)),
        at === toolCalls.length - 1 ? status : 'completed',
        { callId: clientToolCallId(call.id, core), name: call.name, alias },
        alias?.isCustom === true ? customInput(call.arguments) : call.arguments,
      );
    }),
    ...(signatures.size === 0
      ? []
      : [reasoningItem(nextId('rs'), '', writeEncryptedContent({ kind: 'CALLS', signatures }))]),
  ];
};

/** A whole answer. */
export const writeResponsesAnswer = (
  { content, record, verbatim }: FinishedAnswer,
  options: ResponsesOptions,
): JsonObject => {
  if (verbatim !== undefined) return withCost(new FilledCallIds().response(verbatim), record.cost);
  const shortfall = shortfallOf(record, content.refusal);
  const output = outputOf(
    content,
    idCore(record.id),
    shortfall === undefined ? 'completed' : 'incomplete',
    options.toolNames,
  );
  return finishedResponse(record, options, output, shortfall);
};
