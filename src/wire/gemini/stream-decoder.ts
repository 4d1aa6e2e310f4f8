import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import { createSourceTracker, createUsageTracker } from '../change-trackers.ts';
import type { StreamDecoder } from '../codec.ts';
import { objectAt, objectsAt, parseJson, textAt } from '../json-reading.ts';
import { failed, TRUNCATED, unreadable } from '../upstream-failure.ts';
import { providerWarning } from '../warnings.ts';
import { failureInAnswer } from './errors.ts';
import { readFinishReason } from './finish-reason.ts';
import { createFunctionCalls } from './function-calls.ts';
import { readGeminiUsage } from './usage.ts';

const NONE: readonly ProviderEvent[] = [];

export type ResponseReader = {
  /** Events of one response, which is a piece of a stream or a whole answer. May give `failed`, then nothing more. */
  read(response: JsonObject): readonly ProviderEvent[];
  hasFinishReason(): boolean;
  finish(): readonly ProviderEvent[];
};

export const createResponseReader = (): ResponseReader => {
  const calls = createFunctionCalls();
  const trackUsage = createUsageTracker();
  const trackSource = createSourceTracker();
  let isAnswering = false;
  let hasLostMedia = false;
  let finishReason: string | undefined;

  const answering = (response: JsonObject): readonly ProviderEvent[] => {
    if (isAnswering) return NONE;
    isAnswering = true;
    const id = textAt(response, 'responseId');
    const model = textAt(response, 'modelVersion');
    return [
      {
        type: 'answering',
        ...(id === undefined ? {} : { providerResponseId: id }),
        ...(model === undefined ? {} : { providerModel: model }),
      },
    ];
  };

  const readPart = (part: JsonObject): readonly ProviderEvent[] => {
    const signature = textAt(part, 'thoughtSignature');
    const functionCall = objectAt(part, 'functionCall');
    if (functionCall !== undefined) return calls.push(functionCall, signature);
    const text = textAt(part, 'text');
    if (part.thought === true) {
      return text === undefined && signature === undefined
        ? NONE
        : [{ type: 'reasoningDelta', text: text ?? '', ...(signature === undefined ? {} : { signature }) }];
    }
    const events: ProviderEvent[] = text === undefined ? [] : [{ type: 'textDelta', text }];
    if (signature !== undefined) events.push({ type: 'reasoningDelta', text: '', signature });
    if (objectAt(part, 'inlineData') !== undefined && !hasLostMedia) {
      hasLostMedia = true;
      events.push(
        providerWarning('The answer holds media, which a completion cannot carry; it was left out.'),
      );
    }
    return events;
  };

  const readSources = (candidate: JsonObject | undefined): readonly ProviderEvent[] => [
    ...objectsAt(objectAt(candidate, 'groundingMetadata'), 'groundingChunks').flatMap((chunk) => {
      const web = objectAt(chunk, 'web') ?? objectAt(chunk, 'retrievedContext');
      return trackSource(textAt(web, 'uri'), textAt(web, 'title'));
    }),
    ...objectsAt(objectAt(candidate, 'citationMetadata'), 'citationSources').flatMap((source) =>
      trackSource(textAt(source, 'uri'), textAt(source, 'title')),
    ),
  ];

  return {
    read(response) {
      const candidate = objectsAt(response, 'candidates')[0];
      const usage = trackUsage(readGeminiUsage(objectAt(response, 'usageMetadata')));
      const feedback = objectAt(response, 'promptFeedback');
      const blockReason = textAt(feedback, 'blockReason');
      if (blockReason !== undefined && candidate === undefined) {
        return [
          ...answering(response),
          ...usage,
          failed({
            code: 'CONTENT_FILTERED',
            providerCode: blockReason,
            providerMessage: textAt(feedback, 'blockReasonMessage'),
          }),
        ];
      }
      const parts = objectsAt(objectAt(candidate, 'content'), 'parts').flatMap(readPart);
      finishReason = textAt(candidate, 'finishReason') ?? finishReason;
      // Usage first: who stops reading at a piece of text has then been told what it cost so far.
      return [...answering(response), ...usage, ...parts, ...readSources(candidate)];
    },
    hasFinishReason: () => finishReason !== undefined,
    finish() {
      const last = calls.end();
      return [
        ...last,
        {
          type: 'completed',
          finishReason: readFinishReason(finishReason ?? 'STOP', calls.hasCalls()),
          ...(finishReason === undefined ? {} : { rawFinishReason: finishReason }),
        },
      ];
    },
  };
};

/** Decodes a stream, which has no end mark: it is whole if it gave a finish reason. */
export const createGeminiStreamDecoder = (): StreamDecoder => {
  const reader = createResponseReader();
  let isOver = false;
  const over = (events: readonly ProviderEvent[]): readonly ProviderEvent[] => {
    isOver = true;
    return events;
  };
  return {
    push({ event, data }) {
      const trimmed = data.trim();
      if (isOver || trimmed === '' || trimmed === '[DONE]') return NONE;
      const parsed = parseJson(data);
      const response = Array.isArray(parsed) ? parsed[0] : parsed;
      if (event === 'error' || (isJsonObject(response) && isJsonObject(response.error))) {
        return over([{ type: 'failed', failure: failureInAnswer(parsed, data) }]);
      }
      if (!isJsonObject(response)) return over([unreadable(data)]);
      const events = reader.read(response);
      return events.at(-1)?.type === 'failed' ? over(events) : events;
    },
    end: () => (isOver ? NONE : over(reader.hasFinishReason() ? reader.finish() : [TRUNCATED])),
  };
};
