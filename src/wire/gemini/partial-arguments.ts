import type { JsonObject } from '../../domain/json.ts';
import { objectsAt, textAt } from '../json-reading.ts';

type Node =
  | { [key: string]: Node | string | number | boolean | null }
  | (Node | string | number | boolean | null)[];
type Leaf = string | number | boolean | null;

/** Most members of one list, so that a path cannot make a huge one. */
const LIST_LIMIT = 10_000;

const emptyObject = (): Node => Object.create(null) as Node;

/** Names and indexes of a path such as `$.steps[0].title` or `$['a b']`; undefined if it is anything else. */
const parsePath = (path: string): readonly (string | number)[] | undefined => {
  if (!path.startsWith('$')) return undefined;
  const steps: (string | number)[] = [];
  const pattern = /\.([^.[\]]+)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/y;
  pattern.lastIndex = 1;
  while (pattern.lastIndex < path.length) {
    const match = pattern.exec(path);
    if (match === null) return undefined;
    const [, name, index, single, double] = match;
    if (index === undefined) steps.push(name ?? (single ?? double ?? '').replaceAll(/\\(.)/g, '$1'));
    else if (Number(index) < LIST_LIMIT) steps.push(Number(index));
    else return undefined;
  }
  return steps.length === 0 ? undefined : steps;
};

const leafOf = (piece: JsonObject): Leaf | undefined => {
  const { stringValue, numberValue, boolValue } = piece;
  if (typeof stringValue === 'string') return stringValue;
  if (typeof numberValue === 'number') return numberValue;
  if (typeof boolValue === 'boolean') return boolValue;
  return 'nullValue' in piece ? null : undefined;
};

const read = (node: Node, step: string | number): Node | Leaf | undefined =>
  Array.isArray(node) ? (typeof step === 'number' ? node[step] : undefined) : node[step];

const write = (node: Node, step: string | number, value: Node | Leaf): void => {
  if (!Array.isArray(node)) node[step] = value;
  else if (typeof step === 'number') node[step] = value;
};

/** Arguments of a function call that come in pieces, each at its JSON path; pieces of one string are joined. */
export type PartialArguments = {
  push(functionCall: JsonObject): void;
  toJson(): string;
};

export const createPartialArguments = (): PartialArguments => {
  const root = emptyObject();
  return {
    push(functionCall) {
      for (const piece of objectsAt(functionCall, 'partialArgs')) {
        const steps = parsePath(textAt(piece, 'jsonPath') ?? '');
        const leaf = leafOf(piece);
        const last = steps?.at(-1);
        if (steps === undefined || last === undefined || leaf === undefined) continue;
        let node = root;
        for (const [position, step] of steps.slice(0, -1).entries()) {
          const known = read(node, step);
          const next =
            typeof known === 'object' && known !== null
              ? known
              : typeof steps[position + 1] === 'number'
                ? []
                : emptyObject();
          if (next !== known) write(node, step, next);
          node = next;
        }
        const before = read(node, last);
        write(node, last, typeof before === 'string' && typeof leaf === 'string' ? before + leaf : leaf);
      }
    },
    toJson: () => JSON.stringify(root),
  };
};
