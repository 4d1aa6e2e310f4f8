import { isJsonObject, type JsonObject, parseJson } from '../../../domain/json.ts';
import { madeUpCallId } from '../../../domain/made-up-call-id.ts';
import { objectAt, objectsAt, textAt } from '../../json-reading.ts';

/** A call that has a name and no id: clients cannot answer it. */
const lacksId = (call: JsonObject): boolean =>
  textAt(call, 'id') === undefined && textAt(objectAt(call, 'function'), 'name') !== undefined;

/** The same object where nothing of it changes. */
const withIds = (
  holder: JsonObject,
  name: 'message' | 'delta',
  isNew: (call: JsonObject, at: number) => boolean,
): JsonObject => {
  const inner = objectAt(holder, name);
  const calls = objectsAt(inner, 'tool_calls');
  if (!calls.some((call, at) => lacksId(call) && isNew(call, at))) return holder;
  const tool_calls = calls.map((call, at) =>
    lacksId(call) && isNew(call, at) ? { ...call, id: madeUpCallId() } : call,
  );
  return { ...holder, [name]: { ...inner, tool_calls } };
};

/** A provider's whole answer, with ids for calls to which it gives none. */
export const withCallIds = (answer: JsonObject): JsonObject => {
  const choices = objectsAt(answer, 'choices');
  if (!choices.some((choice) => objectAt(choice, 'message')?.tool_calls !== undefined)) return answer;
  const edited = choices.map((choice) => withIds(choice, 'message', () => true));
  return edited.every((choice, at) => choice === choices[at]) ? answer : { ...answer, choices: edited };
};

/** The same for the frames of a stream. Made anew for each. */
export class StreamedCallIds {
  /** Calls that have an id, by the places of their choice and their own. */
  readonly #known = new Set<string>();

  fill(data: string): string {
    if (!data.includes('"tool_calls"')) return data;
    const chunk = parseJson(data);
    if (!isJsonObject(chunk)) return data;
    let isChanged = false;
    const choices = objectsAt(chunk, 'choices').map((choice) => {
      const edited = withIds(choice, 'delta', (call, at) => !this.#known.has(keyOf(choice, call, at)));
      for (const [at, call] of objectsAt(objectAt(edited, 'delta'), 'tool_calls').entries())
        if (textAt(call, 'id') !== undefined) this.#known.add(keyOf(choice, call, at));
      isChanged ||= edited !== choice;
      return edited;
    });
    return isChanged ? JSON.stringify({ ...chunk, choices }) : data;
  }
}

const keyOf = (choice: JsonObject, call: JsonObject, at: number): string =>
  `${String(choice.index ?? 0)}.${String(call.index ?? at)}`;
