import type { Frame } from '../../../domain/client-request.ts';
import type { Cost } from '../../../domain/cost.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../../domain/json.ts';
import type { OperationRecord } from '../../../domain/operation-record.ts';
import { countAt, objectAt } from '../../json-reading.ts';
import { usageCost, withUsageCost } from '../answer-facts.ts';
import type { ClientError } from '../client-error.ts';
import { eventText, frameText } from '../frame-text.ts';
import { errorEvent } from './errors.ts';
import { FilledCallIds } from './verbatim-calls.ts';

/** A stream that is passed on as it comes. */
export type VerbatimStream = {
  push(frame: Frame): string;
  finish(record: OperationRecord): string;
  fail(error: ClientError): string;
};

/** A response with its cost, where it says what was used. */
export const withCost = (response: JsonObject, cost: Cost): JsonObject => {
  const usage = objectAt(response, 'usage');
  return usage === undefined ? response : { ...response, usage: withUsageCost(usage, cost) };
};

const ENDS: ReadonlySet<string> = new Set(['response.completed', 'response.incomplete', 'response.failed']);

/** Quotes in a client's or a model's text are escaped, so that none of it looks like this. */
const TYPE = /"type"\s*:\s*"(response\.(?:created|completed|incomplete|failed))"/;
const typeOf = ({ event, data }: Frame): string | undefined => event ?? TYPE.exec(data)?.[1];

const eventWithCost = (data: string, late: JsonObject | undefined, cost: Cost): string => {
  const event = parseJson(data);
  const said = isJsonObject(event) ? objectAt(event, 'response') : undefined;
  if (!isJsonObject(event) || said === undefined) return data;
  const isLate = late !== undefined && objectAt(said, 'usage') === undefined;
  if (!isLate && Object.keys(usageCost(cost)).length === 0) return data;
  const response = isLate ? { ...said, usage: late } : said;
  return JSON.stringify({ ...event, response: withCost(response, cost) });
};

/** What was used, where it is told after the end. */
const usageIn = ({ data }: Frame): JsonObject | undefined => {
  const event = parseJson(data);
  if (!isJsonObject(event)) return undefined;
  return objectAt(event, 'usage') ?? objectAt(objectAt(event, 'response'), 'usage');
};

export const createVerbatimStream = (): VerbatimStream => {
  const held: Frame[] = [];
  const callIds = new FilledCallIds();
  let created: string | undefined;
  let last = '';

  const responseSoFar = (): JsonObject => {
    const event = created === undefined ? undefined : parseJson(created);
    return (isJsonObject(event) && objectAt(event, 'response')) || {};
  };

  return {
    push(frame) {
      const type = typeOf(frame);
      if (held.length > 0 || (type !== undefined && ENDS.has(type))) {
        held.push(frame);
        return '';
      }
      if (type === 'response.created') created = frame.data;
      last = frame.data;
      return frameText(callIds.event(frame.data), frame.event);
    },
    finish({ cost }) {
      const [end, ...after] = held;
      if (end === undefined) return '';
      const late = after.map(usageIn).find((usage) => usage !== undefined);
      const others = after.filter((frame) => usageIn(frame) === undefined);
      const ended = frameText(eventWithCost(callIds.event(end.data), late, cost), end.event);
      return ended + others.map((frame) => frameText(frame.data, frame.event)).join('');
    },
    fail(error) {
      const event = parseJson(last);
      const number = 1 + ((isJsonObject(event) ? countAt(event, 'sequence_number') : undefined) ?? -1);
      const failed = {
        type: 'response.failed',
        sequence_number: number + 1,
        response: {
          ...responseSoFar(),
          status: 'failed',
          error: { code: error.code, message: error.message },
        },
      };
      return eventText(errorEvent(error, number), 'error') + eventText(failed, 'response.failed');
    },
  };
};
