import type { JsonObject, JsonValue } from '../../../domain/json.ts';
import type { InvalidBody } from '../client-dialect.ts';
import { invalid } from '../invalid-body.ts';
import type { ClientFormField } from '../served-operation.ts';

/** How a form's texts are to be understood; what is not named here is text. */
export type FormGrammar = {
  readonly numbers: readonly string[];
  readonly booleans: readonly string[];
  /** May come several times. */
  readonly lists: readonly string[];
};

export type FormFile = Extract<ClientFormField, { bytes: Uint8Array }>;

export type ReadForm = {
  readonly kind: 'OK';
  /** The texts, as the same request in JSON would have them. */
  readonly body: JsonObject;
  /** By name, in the order in which they came. */
  readonly files: ReadonlyMap<string, readonly FormFile[]>;
};

/** Clients write lists as `name[]`, `name[0]` or `name` over and over. */
const plainName = (name: string): string => name.replace(/\[\d{0,4}\]$/, '');

const understood = (name: string, text: string, { numbers, booleans }: FormGrammar): JsonValue => {
  if (numbers.includes(name) && /^\s*-?\d{1,20}(\.\d{1,20})?\s*$/.test(text)) return Number(text);
  if (booleans.includes(name) && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  return text;
};

/** What of a form is text and what is files. */
export const readForm = (
  fields: readonly ClientFormField[],
  grammar: FormGrammar,
): ReadForm | InvalidBody => {
  const texts = new Map<string, JsonValue[]>();
  const files = new Map<string, FormFile[]>();
  for (const field of fields) {
    const name = plainName(field.name);
    if ('bytes' in field) files.set(name, [...(files.get(name) ?? []), field]);
    else texts.set(name, [...(texts.get(name) ?? []), understood(name, field.value, grammar)]);
  }
  const body: [string, JsonValue][] = [];
  for (const [name, values] of texts) {
    const [first] = values;
    if (grammar.lists.includes(name)) body.push([name, values]);
    else if (values.length > 1) return invalid(name, `comes ${values.length} times; once is taken.`);
    // A form cannot say null: a field that is left empty says nothing.
    else if (first !== undefined && first !== '') body.push([name, first]);
  }
  return { kind: 'OK', body: Object.fromEntries(body), files };
};
