import type { ServiceTier } from '../../domain/completion-request.ts';
import type { TokenLogprob } from '../../domain/content-event.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../domain/json.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import { createBillingTracker } from '../billing.ts';
import { createUsageTracker } from '../change-trackers.ts';
import { createCitationTracker } from '../citation-tracker.ts';
import type { StreamDecoder } from '../codec.ts';
import { endIn } from '../finish-words.ts';
import { objectAt, objectsAt, textAt } from '../json-reading.ts';
import { brokenEnd, failed, TRUNCATED, unreadable } from '../upstream-failure.ts';
import { providerWarning } from '../warnings.ts';
import { createGrounding } from './billing.ts';
import { failureInAnswer } from './errors.ts';
import { createFunctionCalls } from './function-calls.ts';
import { readLogprobs } from './logprobs.ts';
import { readServiceTier } from './service-tier.ts';
import { readGeminiUsage } from './usage.ts';

const NONE: readonly ProviderEvent[] = [];

export type ResponseReader = {
  /** Events of one response, which is a piece of a stream or a whole answer. May give `failed`, then nothing more. */
  read(response: JsonObject): readonly ProviderEvent[];
  hasFinishReason(): boolean;
  /** Truncated where nothing has said why the model stopped. */
  finish(): readonly ProviderEvent[];
};

export const createResponseReader = (): ResponseReader => {
  const calls = createFunctionCalls();
  const trackUsage = createUsageTracker();
  const trackCitation = createCitationTracker();
  const trackBilling = createBillingTracker();
  const grounding = createGrounding();
  let model: string | undefined;
  let isAnswering = false;
  let hasLostMedia = false;
  let finishReason: string | undefined;
  let finishMessage: string | undefined;
  let serviceTier: ServiceTier | undefined;

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

  const readSources = (candidate: JsonObject | undefined): readonly ProviderEvent[] => {
    const citations = objectAt(candidate, 'citationMetadata');
    return [
      ...objectsAt(objectAt(candidate, 'groundingMetadata'), 'groundingChunks').flatMap((chunk) => {
        const retrieved = objectAt(chunk, 'retrievedContext');
        const page = objectAt(chunk, 'web') ?? objectAt(chunk, 'maps') ?? retrieved;
        return trackCitation({
          url: textAt(page, 'uri'),
          title: textAt(page, 'title'),
          citedText: textAt(retrieved, 'text'),
          documentIndex: undefined,
        });
      }),
      // The Gemini API's word for them, and Vertex's.
      ...[...objectsAt(citations, 'citationSources'), ...objectsAt(citations, 'citations')].flatMap(
        (source) =>
          trackCitation({
            url: textAt(source, 'uri'),
            title: textAt(source, 'title'),
            citedText: undefined,
            documentIndex: undefined,
          }),
      ),
    ];
  };

  /** Log probabilities come for a response as a whole: they go with the first of its text. */
  const withLogprobs = (
    events: readonly ProviderEvent[],
    logprobs: readonly TokenLogprob[],
  ): readonly ProviderEvent[] => {
    if (logprobs.length === 0) return events;
    const place = events.findIndex(({ type }) => type === 'textDelta');
    if (place < 0) return [...events, { type: 'textDelta', text: '', logprobs }];
    return events.map((event, index) =>
      index === place && event.type === 'textDelta' ? { ...event, logprobs } : event,
    );
  };

  return {
    read(response) {
      const candidate = objectsAt(response, 'candidates')[0];
      const usageMetadata = objectAt(response, 'usageMetadata');
      const usage = trackUsage(readGeminiUsage(usageMetadata));
      serviceTier = readServiceTier(usageMetadata) ?? serviceTier;
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
      grounding.add(candidate);
      model = textAt(response, 'modelVersion') ?? model;
      finishReason = textAt(candidate, 'finishReason') ?? finishReason;
      finishMessage = textAt(candidate, 'finishMessage') ?? finishMessage;
      const content = withLogprobs(parts, readLogprobs(candidate));
      // Usage first: who stops reading at a piece of text has then been told what it cost so far.
      return [...answering(response), ...usage, ...content, ...readSources(candidate)];
    },
    hasFinishReason: () => finishReason !== undefined,
    finish() {
      if (finishReason === undefined) return [TRUNCATED];
      const end = endIn(finishReason);
      if (end.kind === 'BROKEN')
        return [{ type: 'failed', failure: brokenEnd(finishReason, end, finishMessage) }];
      const last = calls.end();
      return [
        ...last,
        ...trackBilling({ units: grounding.units(model) }),
        {
          type: 'completed',
          // Gemini says STOP also where it calls tools.
          finishReason: end.reason === 'STOP' && calls.hasCalls() ? 'TOOL_CALLS' : end.reason,
          rawFinishReason: finishReason,
          ...(serviceTier === undefined ? {} : { serviceTier }),
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
