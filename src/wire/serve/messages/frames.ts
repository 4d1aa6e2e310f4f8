import type { VerbatimEvent } from '../../../domain/client-request.ts';
import { isJsonObject, type JsonObject } from '../../../domain/json.ts';
import { parseJson, textAt } from '../../json-reading.ts';

/** One event of ours, which is named by its type. */
export const frame = (event: JsonObject & { readonly type: string }): string =>
  `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

/** A provider's event as it came; clients need its name, which some relays leave out. */
export const frameAsItCame = ({ event, data }: Pick<VerbatimEvent, 'event' | 'data'>): string => {
  const name = event ?? typeOf(data);
  const lines = data.includes('\n') ? data.split('\n').join('\ndata: ') : data;
  return `${name === undefined ? '' : `event: ${name}\n`}data: ${lines}\n\n`;
};

const typeOf = (data: string): string | undefined => {
  const event = parseJson(data);
  return textAt(isJsonObject(event) ? event : undefined, 'type');
};

/** By its name, else by its type. */
export const nameOf = ({ event, data }: Pick<VerbatimEvent, 'event' | 'data'>): string | undefined =>
  event ?? typeOf(data);
