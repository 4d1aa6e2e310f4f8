import { isJsonObject, parseJson } from '../../domain/json.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import { objectsAt } from '../json-reading.ts';
import { unreadable } from '../upstream-failure.ts';
import { failureInAnswer } from './errors.ts';
import { createResponseReader } from './stream-decoder.ts';

/** Decodes a whole answer: one response, or the list of them that a stream without `alt=sse` is. */
export const decodeGeminiAnswer = (body: string, json = parseJson(body)): readonly ProviderEvent[] => {
  const responses = Array.isArray(json) ? json : [json];
  const reader = createResponseReader();
  const events: ProviderEvent[] = [];
  let hasCandidate = false;
  for (const response of responses) {
    if (!isJsonObject(response)) return [...events, unreadable(body)];
    if (isJsonObject(response.error)) {
      return [...events, { type: 'failed', failure: failureInAnswer(response, body) }];
    }
    events.push(...reader.read(response));
    if (events.at(-1)?.type === 'failed') return events;
    hasCandidate ||= objectsAt(response, 'candidates').length > 0;
  }
  return [...events, ...(hasCandidate ? reader.finish() : [unreadable(body)])];
};
