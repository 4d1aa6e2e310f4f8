import { isJsonObject, type JsonObject, parseJson } from '../../../domain/json.ts';
import { madeUpCallId } from '../../../domain/made-up-call-id.ts';
import { countAt, objectAt, objectsAt, textAt } from '../../json-reading.ts';

const CALLS: ReadonlySet<unknown> = new Set(['function_call', 'custom_tool_call']);

/** A call that has no id: clients cannot answer it. */
const lacksId = (item: JsonObject | undefined): boolean =>
  CALLS.has(item?.type) && item !== undefined && textAt(item, 'call_id') === undefined;

/** Gives ids to the calls of a provider's answer to which it gives none. Made anew for each answer. */
export class FilledCallIds {
  /** By the places of the items, of which a stream tells several times. */
  readonly #made = new Map<number, string>();

  /** The same object where nothing of it changes. */
  response(response: JsonObject): JsonObject {
    const output = objectsAt(response, 'output');
    if (!output.some(lacksId)) return response;
    return { ...response, output: output.map((item, at) => this.#filled(item, at)) };
  }

  /** The data of an event of a stream. */
  event(data: string): string {
    if (!data.includes('_call"')) return data;
    const event = parseJson(data);
    if (!isJsonObject(event)) return data;
    const item = objectAt(event, 'item');
    if (item !== undefined)
      return lacksId(item)
        ? JSON.stringify({ ...event, item: this.#filled(item, countAt(event, 'output_index') ?? 0) })
        : data;
    const said = objectAt(event, 'response');
    const response = said === undefined ? undefined : this.response(said);
    return response === said ? data : JSON.stringify({ ...event, response });
  }

  #filled(item: JsonObject, at: number): JsonObject {
    if (!lacksId(item)) return item;
    const id = this.#made.get(at) ?? madeUpCallId();
    this.#made.set(at, id);
    return { ...item, call_id: id };
  }
}
