import type { ServiceTier } from '../../domain/completion-request.ts';
import type { TokenLogprob } from '../../domain/content-event.ts';
import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import { createUsageTracker } from '../change-trackers.ts';
import { createCitationTracker } from '../citation-tracker.ts';
import type { SseFrame, StreamDecoder } from '../codec.ts';
import { codeAt, listAt, objectAt, objectsAt, parseJson, textAt } from '../json-reading.ts';
import { failed, TRUNCATED, unreadable } from '../upstream-failure.ts';
import { readMessageContent } from './content.ts';
import { errorIn, errorInChoice, failureInAnswer } from './errors.ts';
import { readFinishReason } from './finish-reason.ts';
import { readChoiceLogprobs } from './logprobs.ts';
import { createRepeatFilter } from './reasoning-details.ts';
import { readServiceTier } from './service-tier.ts';
import { createToolCallAssembler } from './tool-calls.ts';
import { readOpenAiUsage } from './usage.ts';

const NONE: readonly ProviderEvent[] = [];

export type ChunkReader = {
  /** Events of one chunk; of its choices only the first counts, as one is all that is ever asked for. */
  read(chunk: JsonObject): readonly ProviderEvent[];
  /** Whether a chunk has said why the model stopped. */
  hasFinishReason(): boolean;
  /** Ends tool calls and the answer. */
  finish(): readonly ProviderEvent[];
};

const usageIn = (chunk: JsonObject, choice: JsonObject | undefined): JsonObject | undefined =>
  objectAt(chunk, 'usage') ?? objectAt(objectAt(chunk, 'x_groq'), 'usage') ?? objectAt(choice, 'usage');

/** Puts log probabilities on the text that they are of; those that come without text get an empty one. */
const withLogprobs = (
  events: readonly ProviderEvent[],
  logprobs: readonly TokenLogprob[],
): readonly ProviderEvent[] => {
  if (logprobs.length === 0) return events;
  const at = events.findLastIndex((event) => event.type === 'textDelta');
  const text = events[at];
  return text?.type === 'textDelta'
    ? events.with(at, { ...text, logprobs })
    : [...events, { type: 'textDelta', text: '', logprobs }];
};

/** Reads chunks, and whole answers as a single chunk. */
export const createChunkReader = (): ChunkReader => {
  const toolCalls = createToolCallAssembler();
  const trackUsage = createUsageTracker();
  const trackCitation = createCitationTracker();
  const withoutRepeats = createRepeatFilter();
  let isAnswering = false;
  let rawFinishReason: string | undefined;
  let hasRefused = false;
  let signature: string | undefined;
  let serviceTier: ServiceTier | undefined;

  const answering = (chunk: JsonObject): readonly ProviderEvent[] => {
    const id = textAt(chunk, 'id');
    const model = textAt(chunk, 'model');
    isAnswering = true;
    return [
      {
        type: 'answering',
        ...(id === undefined ? {} : { providerResponseId: id }),
        ...(model === undefined ? {} : { providerModel: model }),
      },
    ];
  };

  const readSources = (chunk: JsonObject, message: JsonObject | undefined): readonly ProviderEvent[] => {
    const annotations = objectsAt(message, 'annotations').map((one) => objectAt(one, 'url_citation'));
    const citations = listAt(chunk, 'citations').map((one): JsonObject | undefined =>
      typeof one === 'string' ? { url: one } : isJsonObject(one) ? one : undefined,
    );
    return [...annotations, ...objectsAt(chunk, 'search_results'), ...citations].flatMap((source) =>
      trackCitation({ url: textAt(source, 'url'), title: textAt(source, 'title') }),
    );
  };
  const mayHaveSources = (chunk: JsonObject, message: JsonObject | undefined): boolean =>
    message?.annotations !== undefined || chunk.search_results !== undefined || chunk.citations !== undefined;

  const readMessage = (message: JsonObject): readonly ProviderEvent[] => {
    const content = withoutRepeats(readMessageContent(message));
    hasRefused ||= textAt(message, 'refusal') !== undefined;
    signature ??=
      textAt(objectAt(objectAt(message, 'extra_content'), 'google'), 'thought_signature') ??
      textAt(message, 'thought_signature');
    const calls = objectsAt(message, 'tool_calls');
    return calls.length === 0 ? content : [...content, ...calls.flatMap((call) => toolCalls.push(call))];
  };

  return {
    read(chunk) {
      const choice = objectsAt(chunk, 'choices').find((one) => (one.index ?? 0) === 0);
      const message = objectAt(choice, 'delta') ?? objectAt(choice, 'message');
      rawFinishReason = codeAt(choice, 'finish_reason') ?? rawFinishReason;
      const counted = usageIn(chunk, choice);
      serviceTier = readServiceTier(textAt(chunk, 'service_tier')) ?? serviceTier;
      let events = message === undefined ? NONE : readMessage(message);
      const logprobs = objectAt(choice, 'logprobs');
      if (logprobs !== undefined) events = withLogprobs(events, readChoiceLogprobs(logprobs));
      if (mayHaveSources(chunk, message)) events = [...events, ...readSources(chunk, message)];
      // Usage first: who stops reading at a piece of text has then been told what it cost so far.
      if (counted !== undefined) events = [...trackUsage(readOpenAiUsage(counted)), ...events];
      // Azure begins with a chunk that has neither id nor model nor choices.
      const isPlaceholder = events.length === 0 && textAt(chunk, 'id') === undefined;
      return isAnswering || isPlaceholder ? events : [...answering(chunk), ...events];
    },
    hasFinishReason: () => rawFinishReason !== undefined,
    finish() {
      // OpenRouter and DeepSeek say in the finish reason that the model behind them broke off.
      if (rawFinishReason === 'error') return [failed({ code: 'SERVER_ERROR', providerCode: 'error' })];
      if (rawFinishReason === 'insufficient_system_resource')
        return [failed({ code: 'OVERLOADED', providerCode: rawFinishReason })];
      const reason = readFinishReason(rawFinishReason);
      const stopped = toolCalls.hasCalls() ? 'TOOL_CALLS' : hasRefused ? 'REFUSAL' : 'STOP';
      return [
        ...toolCalls.end(signature),
        {
          type: 'completed',
          finishReason: reason === 'STOP' ? stopped : reason,
          ...(rawFinishReason === undefined ? {} : { rawFinishReason }),
          ...(serviceTier === undefined ? {} : { serviceTier }),
        },
      ];
    },
  };
};

/** Decodes a stream of chunks. It is whole once `[DONE]` or a finish reason came; usage may follow the latter. */
export const createOpenAiStreamDecoder = (): StreamDecoder => {
  const reader = createChunkReader();
  let isOver = false;
  const over = (events: readonly ProviderEvent[]): readonly ProviderEvent[] => {
    isOver = true;
    return events;
  };

  const push = ({ event, data }: SseFrame): readonly ProviderEvent[] => {
    if (isOver || data.trim() === '') return NONE;
    if (data.trim() === '[DONE]') return over(reader.finish());
    const parsed = parseJson(data);
    const chunk = Array.isArray(parsed) ? parsed[0] : parsed;
    if (!isJsonObject(chunk)) {
      return over([
        event === 'error' ? failed({ code: 'SERVER_ERROR', providerMessage: data }) : unreadable(data),
      ]);
    }
    const error = errorIn(chunk) ?? errorInChoice(chunk) ?? (event === 'error' ? chunk : undefined);
    if (error === undefined) return reader.read(chunk);
    // OpenRouter's last chunk of an answer that broke off holds choices and usage too.
    return over([...reader.read(chunk), { type: 'failed', failure: failureInAnswer(error) }]);
  };

  return {
    push,
    end: () => (isOver ? NONE : over(reader.hasFinishReason() ? reader.finish() : [TRUNCATED])),
  };
};
