import { isJsonObject, type JsonObject, parseJson } from '../../domain/json.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import type { SseFrame, StreamDecoder } from '../codec.ts';
import { objectAt, textAt } from '../json-reading.ts';
import { errorIn, failureInAnswer } from '../openai/errors.ts';
import { TRUNCATED, unreadable } from '../upstream-failure.ts';
import { createResponseReader } from './response-reader.ts';

const NONE: readonly ProviderEvent[] = [];

/** The error of an `error` event, which holds it or is it. */
const errorOf = (event: JsonObject): JsonObject => {
  const { type: _, ...facts } = event;
  return objectAt(event, 'error') ?? facts;
};

const usageIn = (event: JsonObject): JsonObject | undefined =>
  objectAt(event, 'usage') ?? objectAt(objectAt(event, 'response'), 'usage');

/** Decodes a stream of Responses' events. It is whole once the response says that it is completed or incomplete. */
export const createResponsesStreamDecoder = (): StreamDecoder => {
  const reader = createResponseReader();
  let isOver = false;
  /** What came with the end, where it does not say what was used. */
  let ended: JsonObject | undefined;
  const over = (events: readonly ProviderEvent[]): readonly ProviderEvent[] => {
    isOver = true;
    return events;
  };

  const finish = (response: JsonObject): readonly ProviderEvent[] => {
    if (objectAt(response, 'usage') !== undefined || !reader.isWhole(response))
      return over(reader.finish(response));
    ended = response;
    return NONE;
  };

  const push = ({ event: name, data }: SseFrame): readonly ProviderEvent[] => {
    if (isOver) return NONE;
    const word = data.startsWith('{') ? undefined : data.trim();
    if (word === '' || word === '[DONE]') return NONE;
    const event = parseJson(data);
    if (ended !== undefined) {
      const late = isJsonObject(event) ? usageIn(event) : undefined;
      return late === undefined ? NONE : over(reader.finish({ ...ended, usage: late }));
    }
    if (!isJsonObject(event)) {
      return over([
        name === 'error' ? { type: 'failed', failure: failureInAnswer({ message: data }) } : unreadable(data),
      ]);
    }
    if (event.type === 'response.output_text.delta') return reader.items.readText(event);
    const type = textAt(event, 'type') ?? name ?? '';
    const response = objectAt(event, 'response');
    switch (type) {
      case 'response.created':
      case 'response.queued':
      case 'response.in_progress':
        return response === undefined ? NONE : reader.begin(response);
      case 'response.completed':
        return finish(response ?? {});
      case 'response.incomplete':
        return finish({ status: 'incomplete', ...response });
      case 'response.failed':
        // Whatever state the response says it is in: some relays pass on the one that it was in before.
        return over(reader.finish({ ...response, status: 'failed' }));
      case 'error':
        return over([{ type: 'failed', failure: failureInAnswer(errorOf(event)) }]);
      default: {
        const error = type.startsWith('response.') ? undefined : errorIn(event);
        return error === undefined
          ? reader.items.readEvent(type, event)
          : over([{ type: 'failed', failure: failureInAnswer(error) }]);
      }
    }
  };

  return {
    push,
    isEnding: () => ended !== undefined && !isOver,
    end: () => (isOver ? NONE : over(ended === undefined ? [TRUNCATED] : reader.finish(ended))),
  };
};
