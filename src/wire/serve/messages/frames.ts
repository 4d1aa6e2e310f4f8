import type { Frame } from '../../../domain/client-request.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../../domain/json.ts';
import { textAt } from '../../json-reading.ts';
import { eventText, frameText } from '../frame-text.ts';

/** One event of ours, which is named by its type. */
export const frame = (event: JsonObject & { readonly type: string }): string => eventText(event, event.type);

/** A provider's event as it came; clients need its name, which some relays leave out. */
export const frameAsItCame = ({ event, data }: Frame): string => {
  return frameText(data, event ?? typeOf(data));
};

const typeOf = (data: string): string | undefined => {
  const event = parseJson(data);
  return textAt(isJsonObject(event) ? event : undefined, 'type');
};

/** By its name, else by its type. */
export const nameOf = ({ event, data }: Frame): string | undefined => event ?? typeOf(data);
