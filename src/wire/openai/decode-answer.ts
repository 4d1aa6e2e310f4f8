import { isJsonObject, parseJson } from '../../domain/json.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import { listAt } from '../json-reading.ts';
import { unreadable } from '../upstream-failure.ts';
import { bareErrorIn, errorIn, errorInChoice, failureInAnswer } from './errors.ts';
import { ChunkReader } from './stream-decoder.ts';

/** Decodes a whole answer of status 2xx, which some servers use for errors too. `omitsReason`: as for streams. */
export const decodeOpenAiAnswer = (
  body: string,
  json = parseJson(body),
  omitsReason = false,
): readonly ProviderEvent[] => {
  const answer = Array.isArray(json) ? json[0] : json;
  if (!isJsonObject(answer)) return [unreadable(body)];
  const reader = new ChunkReader(omitsReason);
  const error = errorIn(answer) ?? errorInChoice(answer) ?? bareErrorIn(answer);
  if (error !== undefined) {
    const usage = reader
      .read({ usage: answer.usage ?? null })
      .filter(({ type }) => type === 'usageUpdated' || type === 'billed');
    return [...usage, { type: 'failed', failure: failureInAnswer(error) }];
  }
  const events = reader.read(answer);
  return !listAt(answer, 'choices').some(isJsonObject)
    ? [...events.filter((event) => event.type === 'usageUpdated'), unreadable(body)]
    : [...events, ...reader.finish()];
};
