import { isJsonObject, type JsonObject, type JsonValue } from '../../../domain/json.ts';
import { listAt, objectAt } from '../../json-reading.ts';

/** Far more than a conversation that a model can read. */
export const MOST_ITEMS = 20_000;

/**
 * Whether a body's lists hold more than this together. Counted before anything else is looked at: what is wrong with
 * each of millions of items would fill the memory.
 */
export const hasTooManyItems = (body: JsonObject): boolean => {
  let count = 0;
  /** False as soon as it is known. */
  const isWithin = (items: readonly JsonValue[], inner: (item: JsonObject) => boolean): boolean => {
    count += items.length;
    return count <= MOST_ITEMS && items.every((item) => !isJsonObject(item) || inner(item));
  };
  const contentIsWithin = (object: JsonObject | undefined, levels: number): boolean =>
    object === undefined ||
    levels === 0 ||
    isWithin(
      listAt(object, 'content'),
      (block) => contentIsWithin(block, levels - 1) && contentIsWithin(objectAt(block, 'source'), levels - 1),
    );
  const isAll =
    isWithin(listAt(body, 'messages'), (message) => contentIsWithin(message, 4)) &&
    ['system', 'tools', 'stop_sequences'].every((key) => isWithin(listAt(body, key), () => true));
  return !isAll;
};
