import { isJsonObject, type JsonObject, type JsonValue } from '../../domain/json.ts';

/** What the API takes beside a reference. */
const BESIDE_REFERENCE: ReadonlySet<string> = new Set(['$ref', 'description', 'default']);

/** Whoever writes a schema could make each definition name the next one twice. */
const MAX_NODES = 10_000;

/** What a reference into the schema itself names; undefined for any other. */
const target = (root: JsonObject, reference: string): JsonObject | undefined => {
  if (!reference.startsWith('#/')) return undefined;
  let found: JsonValue | undefined = root;
  for (const step of reference.slice(2).split('/')) {
    const name = decodeStep(step);
    if (Array.isArray(found)) found = found[Number(name)];
    else if (isJsonObject(found) && Object.hasOwn(found, name)) found = found[name];
    else return undefined;
  }
  return isJsonObject(found) ? found : undefined;
};

const decodeStep = (step: string): string => {
  const text = step.replaceAll('~1', '/').replaceAll('~0', '~');
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const hasSiblings = (node: JsonObject): boolean =>
  typeof node.$ref === 'string' && Object.keys(node).some((name) => !BESIDE_REFERENCE.has(name));

const needsFitting = (value: JsonValue): boolean => {
  if (Array.isArray(value)) return value.some(needsFitting);
  return isJsonObject(value) && (hasSiblings(value) || Object.values(value).some(needsFitting));
};

/**
 * The schema as Gemini takes it, which refuses references that have more beside them than a description and a default:
 * what they name is written out, and what stands beside them wins. One that leads back to itself, outwards or nowhere
 * stays, without its siblings.
 */
export const fitSchema = (root: JsonObject): JsonObject => {
  if (!needsFitting(root)) return root;
  let nodes = 0;

  const bare = (node: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(node).filter(([name]) => BESIDE_REFERENCE.has(name)));

  const fitMembers = (node: JsonObject, open: readonly string[]): JsonObject =>
    Object.fromEntries(Object.entries(node).map(([name, value]) => [name, fitted(value, open)]));

  const fitted = (value: JsonValue, open: readonly string[]): JsonValue => {
    nodes += 1;
    if (Array.isArray(value)) return value.map((each: JsonValue) => fitted(each, open));
    if (!isJsonObject(value)) return value;
    if (!hasSiblings(value)) return fitMembers(value, open);
    const reference = String(value.$ref);
    const named = nodes > MAX_NODES || open.includes(reference) ? undefined : target(root, reference);
    if (named === undefined) return bare(value);
    const { $ref: _, ...siblings } = value;
    const { $ref: onward, ...rest } = named;
    const merged: JsonObject =
      onward === undefined ? { ...rest, ...siblings } : { $ref: onward, ...rest, ...siblings };
    const within = [...open, reference];
    return hasSiblings(merged) ? fitted(merged, within) : fitMembers(merged, within);
  };

  return fitMembers(root, []);
};
