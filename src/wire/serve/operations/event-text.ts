import type { JsonObject } from '../../../domain/json.ts';

/** One server-sent event. */
export const eventText = (data: JsonObject, event?: string): string =>
  `${event === undefined ? '' : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`;
