import { isJsonObject, parseJson } from '../../domain/json.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import { textAt } from '../json-reading.ts';
import { bareErrorIn, errorIn, failureInAnswer } from '../openai/errors.ts';
import { unreadable } from '../upstream-failure.ts';
import { createResponseReader } from './response-reader.ts';

/** Decodes a whole response of status 2xx, which some servers use for errors too. */
export const decodeResponsesAnswer = (body: string, response = parseJson(body)): readonly ProviderEvent[] => {
  if (!isJsonObject(response)) return [unreadable(body)];
  if (Array.isArray(response.output) || textAt(response, 'object') === 'response')
    return createResponseReader().finish(response);
  const error = errorIn(response) ?? bareErrorIn(response);
  return [error === undefined ? unreadable(body) : { type: 'failed', failure: failureInAnswer(error) }];
};
