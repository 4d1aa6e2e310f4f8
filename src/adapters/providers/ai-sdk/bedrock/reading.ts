import type { LanguageModelV4Usage } from '@ai-sdk/provider';
import type { ServiceTier } from '../../../../domain/completion-request.ts';
import type { FinishReason, Source } from '../../../../domain/content-event.ts';
import { isJsonObject, type JsonObject } from '../../../../domain/json.ts';
import { type Usage, usageOf } from '../../../../domain/usage.ts';
import { endIn } from '../../../../wire/finish-words.ts';
import { countAt, objectAt, objectsAt, optionalCountAt, textAt } from '../../../../wire/json-reading.ts';
import { providerWarning } from '../../../../wire/warnings.ts';
import type { RawReading } from '../language.ts';
import { exceptionFailure } from './errors.ts';

/** Undefined where a count is unreadable: what is unknown is not zero. */
export const readBedrockUsage = (usage: JsonObject | undefined): Usage | undefined => {
  const input = countAt(usage, 'inputTokens');
  const output = countAt(usage, 'outputTokens');
  const cacheRead = optionalCountAt(usage, 'cacheReadInputTokens');
  const cacheWrite = optionalCountAt(usage, 'cacheWriteInputTokens');
  if (input === undefined || output === undefined || cacheRead === undefined || cacheWrite === undefined)
    return undefined;
  const anHour = objectsAt(usage, 'cacheDetails')
    .filter((detail) => detail.ttl === '1h')
    .reduce((sum, detail) => sum + (countAt(detail, 'inputTokens') ?? 0), 0);
  const cacheWrite1h = Math.min(anHour, cacheWrite);
  return usageOf({ input, output, cacheRead, cacheWrite1h, cacheWrite5m: cacheWrite - cacheWrite1h });
};

/** What the package read: it keeps what was reported as it came. */
export const readReportedUsage = ({ raw }: LanguageModelV4Usage): Usage | undefined =>
  isJsonObject(raw) && raw.isReported !== false ? readBedrockUsage(raw) : undefined;

export const bedrockFinishReason = (raw: string): FinishReason | undefined => {
  // The package knows whether the call stands for an answer with a schema.
  if (raw === 'tool_use') return undefined;
  const end = endIn(raw);
  return end.kind === 'FINISHED' ? end.reason : undefined;
};

const tierOf = (holder: JsonObject | undefined): ServiceTier | undefined => {
  switch (textAt(objectAt(holder, 'serviceTier'), 'type')) {
    case 'default':
      return 'STANDARD';
    case 'flex':
      return 'FLEX';
    case 'priority':
      return 'PRIORITY';
    default:
      return undefined;
  }
};

const sourceOf = (citation: JsonObject): Source => {
  const location = objectAt(citation, 'location');
  const place = Object.values(location ?? {}).find(isJsonObject);
  const url = textAt(place, 'url');
  const title = textAt(citation, 'title');
  const documentIndex = countAt(place, 'documentIndex');
  const citedText = objectsAt(citation, 'sourceContent')
    .map((content) => textAt(content, 'text') ?? '')
    .join('');
  return {
    ...(url !== undefined && { url }),
    ...(title !== undefined && { title }),
    ...(citedText !== '' && { citedText }),
    ...(documentIndex !== undefined && { documentIndex }),
  };
};

const EXCEPTION = /Exception$/;

/** One frame: `{ [event type]: payload }`. */
export const readBedrockChunk = (chunk: JsonObject): RawReading => {
  for (const [name, payload] of Object.entries(chunk)) {
    // The package knows five of them and is silent about others.
    if (EXCEPTION.test(name))
      return {
        events: [{ type: 'failed', failure: exceptionFailure(name, isJsonObject(payload) ? payload : {}) }],
      };
  }
  const citation = objectAt(objectAt(objectAt(chunk, 'contentBlockDelta'), 'delta'), 'citation');
  const serviceTier = tierOf(objectAt(chunk, 'metadata'));
  return {
    ...(citation !== undefined && { events: [{ type: 'source', ...sourceOf(citation) }] }),
    ...(serviceTier !== undefined && { serviceTier }),
  };
};

const KNOWN_BLOCKS = ['text', 'citationsContent', 'toolUse', 'reasoningContent'];
const isReadable = (block: JsonObject): boolean => {
  const use = objectAt(block, 'toolUse');
  if (block.toolUse !== undefined)
    return use !== undefined && textAt(use, 'name') !== undefined && use.type !== 'server_tool_use';
  const reasoning = objectAt(block, 'reasoningContent');
  if (block.reasoningContent === undefined) return true;
  return (
    typeof objectAt(reasoning, 'reasoningText')?.text === 'string' ||
    typeof objectAt(reasoning, 'redactedReasoning')?.data === 'string' ||
    typeof reasoning?.redactedContent === 'string'
  );
};

/** The package makes up an id where there is an empty one, and fails where there is none. */
const withCallId = (block: JsonObject): JsonObject => {
  const use = objectAt(block, 'toolUse');
  return use === undefined
    ? block
    : { ...block, toolUse: { ...use, toolUseId: textAt(use, 'toolUseId') ?? '' } };
};

/**
 * The answer without the pieces that the package's schema would fail the whole of it for, such as what Bedrock's own
 * tools gave; `left` counts them.
 */
export const admitBedrockAnswer = (
  answer: JsonObject,
): { readonly admitted: JsonObject; readonly left: number } => {
  const output = objectAt(answer, 'output');
  const message = objectAt(output, 'message');
  const blocks = objectsAt(message, 'content');
  const kept = blocks.filter((block) => KNOWN_BLOCKS.some((name) => name in block) && isReadable(block));
  const usage = objectAt(answer, 'usage');
  return {
    left: blocks.length - kept.length,
    admitted: {
      stopReason: typeof answer.stopReason === 'string' ? answer.stopReason : '',
      output: { message: { role: 'assistant', content: kept.map(withCallId) } },
      usage: {
        ...usage,
        inputTokens: countAt(usage, 'inputTokens') ?? 0,
        outputTokens: countAt(usage, 'outputTokens') ?? 0,
        totalTokens: countAt(usage, 'totalTokens') ?? 0,
        isReported: readBedrockUsage(usage) !== undefined,
      },
    },
  };
};

export const readBedrockAnswer = (answer: JsonObject): RawReading => {
  const message = objectAt(objectAt(answer, 'output'), 'message');
  const serviceTier = tierOf(answer);
  return {
    events: [
      ...objectsAt(message, 'content')
        .flatMap((block) => objectsAt(objectAt(block, 'citationsContent'), 'citations'))
        .map((citation) => ({ type: 'source', ...sourceOf(citation) }) as const),
      ...(admitBedrockAnswer(answer).left > 0
        ? [providerWarning('A piece of the answer is of a kind that cannot be shown and was left out.')]
        : []),
    ],
    ...(serviceTier !== undefined && { serviceTier }),
  };
};
