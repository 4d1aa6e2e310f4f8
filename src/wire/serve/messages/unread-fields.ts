import type { UnreadField } from '../../../domain/client-request.ts';
import type { JsonObject } from '../../../domain/json.ts';

/** More are not told: a body may hold any number. */
const MOST_TOLD = 50;
const MAX_NAME = 100;

export type UnreadFields = {
  /** Of the same field in several items of a list the first is told. */
  note(name: string, isEssential?: boolean): void;
  /** Notes all members but the known ones, and those without a value. */
  noteOthers(object: JsonObject, known: ReadonlySet<string>, path: string): void;
  list(): readonly UnreadField[];
};

export const createUnreadFields = (): UnreadFields => {
  const told = new Map<string, UnreadField>();
  const essential = new Map<string, UnreadField>();
  const note = (name: string, isEssential = false): void => {
    const fields = isEssential ? essential : told;
    const kind = name.replaceAll(/\[\d+\]/g, '[]');
    if (fields.size < MOST_TOLD && !fields.has(kind)) fields.set(kind, { name, isEssential });
  };
  return {
    note,
    noteOthers(object, known, path) {
      for (const key of Object.keys(object)) {
        if (known.has(key) || object[key] === null) continue;
        note(`${path}${path === '' ? '' : '.'}${key.slice(0, MAX_NAME)}`);
      }
    },
    list: () => [...essential.values(), ...told.values()],
  };
};
