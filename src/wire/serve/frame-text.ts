import type { JsonObject } from '../../domain/json.ts';

/** One server-sent event, whose data may have several lines. */
export const frameText = (data: string, event?: string): string => {
  const lines = data.includes('\n') ? data.replaceAll('\n', '\ndata: ') : data;
  return event === undefined ? `data: ${lines}\n\n` : `event: ${event}\ndata: ${lines}\n\n`;
};

/** The same of our own. */
export const eventText = (data: JsonObject, event?: string): string =>
  event === undefined
    ? `data: ${JSON.stringify(data)}\n\n`
    : `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** A comment, for formats that have no event for it. */
export const KEEP_ALIVE = ': keep-alive\n\n';
