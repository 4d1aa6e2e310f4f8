import type { CompletionEvent } from '../../../../src/domain/completion-event.ts';
import type { JsonObject } from '../../../../src/domain/json.ts';
import type { StreamWriter } from '../../../../src/wire/serve/client-dialect.ts';
import { responsesDialect } from '../../../../src/wire/serve/responses/dialect.ts';
import type { ResponsesOptions } from '../../../../src/wire/serve/responses/options.ts';
import { createSseParser } from '../../../../src/wire/sse.ts';

/** What bodies that ask for nothing special are answered with. */
export const optionsOf = (body: JsonObject = {}): ResponsesOptions => {
  const read = responsesDialect.read({ model: 'm', input: 'Hello', ...body });
  if (read.kind === 'INVALID') throw new Error(`${read.path} ${read.problem}`);
  return read.options;
};

/** The data of all server-sent events in a text; their names must be their types. */
export const eventsIn = (text: string): readonly Record<string, unknown>[] => {
  const parser = createSseParser();
  return [...parser.push(Buffer.from(text)), ...parser.end()].map(({ event, data }) => {
    const parsed: Record<string, unknown> = JSON.parse(data);
    if (event !== parsed.type) throw new Error(`${event} names a ${parsed.type}`);
    return parsed;
  });
};

export const newWriter = (): StreamWriter => responsesDialect.streamWriter(optionsOf());

/** All that is sent for these events. */
export const written = (events: readonly CompletionEvent[]): readonly Record<string, unknown>[] => {
  const writer = newWriter();
  return eventsIn(events.map((event) => writer.push(event)).join(''));
};

const PLACES = ['output_index', 'content_index', 'summary_index', 'annotation_index'] as const;

/** Each event in few words: its type, where it belongs, and what it says. */
export const outline = (events: readonly Record<string, unknown>[]): readonly string[] =>
  events.map((event) => {
    const places = PLACES.flatMap((place) => (event[place] === undefined ? [] : [String(event[place])]));
    const type = String(event.type).replace(/^response\./, '');
    const said = event.delta ?? event.text ?? event.refusal ?? event.arguments;
    return [type, places.join('.'), said === undefined ? '' : JSON.stringify(said)]
      .filter((word) => word !== '')
      .join(' ');
  });
