import type { Frame } from '../../../domain/client-request.ts';
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../../domain/json.ts';
import type { OperationRecord } from '../../../domain/operation-record.ts';
import { objectAt } from '../../json-reading.ts';
import { withUsageCost } from '../answer-facts.ts';
import { frameAsItCame, nameOf } from './frames.ts';
import { usageFields } from './usage.ts';
import { withCallId } from './verbatim-calls.ts';

/** Passes a provider's own stream on. From what ends it on, all is kept until it is known what the answer cost. */
export type VerbatimFrames = {
  push(event: Frame): string;
  finish(record: OperationRecord): string;
};

const withCost = ({ event, data }: Frame, late: JsonObject, record: OperationRecord): string => {
  const delta = parseJson(data);
  if (!isJsonObject(delta)) return frameAsItCame({ ...(event !== undefined && { event }), data });
  const said = { ...objectAt(delta, 'usage'), ...late };
  const isSaid = Object.keys(said).length > 0;
  const usage = withUsageCost(isSaid ? said : usageFields(record.usage), record.cost);
  return `event: message_delta\ndata: ${JSON.stringify({ ...delta, usage })}\n\n`;
};

/** Clients add to the start's counts: where a server tells none, they are 0. */
const withUsage = (event: Frame): Frame => {
  if (event.data.includes('"usage"')) return event;
  const start = parseJson(event.data);
  const message = isJsonObject(start) ? objectAt(start, 'message') : undefined;
  if (!isJsonObject(start) || message === undefined) return event;
  return { ...event, data: JSON.stringify({ ...start, message: { ...message, usage: usageFields() } }) };
};

export const createVerbatimFrames = (): VerbatimFrames => {
  let kept: Frame[] = [];
  return {
    push(event) {
      if (kept.length > 0) {
        // Counts are cumulative, and some relays tell them often: only the last is kept.
        const isEarlier =
          nameOf(event) === 'message_delta' && kept.every((one) => nameOf(one) !== 'message_stop');
        const earlier = isEarlier ? kept.map(frameAsItCame).join('') : '';
        if (isEarlier) kept = [];
        kept.push(event);
        return earlier;
      }
      const name = nameOf(event);
      if (name === 'message_start') return frameAsItCame(withUsage(event));
      if (name === 'content_block_start') return frameAsItCame(withCallId(event));
      if (name !== 'message_delta' && name !== 'message_stop') return frameAsItCame(event);
      kept.push(event);
      return '';
    },
    finish(record) {
      const end = kept.findIndex((event) => nameOf(event) === 'message_stop');
      // Clients take no event after the end: what was used and is told there is told before it.
      const told = end < 0 ? kept : kept.slice(0, end + 1);
      const late: { [name: string]: JsonValue } = {};
      for (const { data } of kept.slice(told.length)) {
        const event = parseJson(data);
        if (isJsonObject(event)) Object.assign(late, objectAt(event, 'usage'));
      }
      kept = [];
      return told
        .map((event) =>
          nameOf(event) === 'message_delta' ? withCost(event, late, record) : frameAsItCame(event),
        )
        .join('');
    },
  };
};
