import type { Tool } from '../domain/completion-request.ts';
import { isJsonObject, type JsonObject, parseJson } from '../domain/json.ts';
import { TOOL_NAME } from '../domain/tool-name.ts';
import { hexDigest, plainName, withDigest } from './digest-name.ts';
import { objectAt, textAt } from './json-reading.ts';

/**
 * Tools that are no functions of JSON, as providers without them are told of them: one that takes free text is a function
 * with one string, one of a namespace a function whose name has the namespace in it.
 */

/** What a client calls a tool that providers know as a function of another name or kind. */
export type ToolAlias = {
  readonly name: string;
  readonly namespace?: string;
  /** It takes free text. */
  readonly isCustom: boolean;
};

const MAX_NAME = 64;
const DIGEST_LENGTH = 8;
const BETWEEN = '__';

/** The one argument of a function that stands for a tool that takes free text. */
const INPUT = 'input';

const shortened = (plain: string, text: string): string =>
  withDigest(plain, hexDigest(text, DIGEST_LENGTH), MAX_NAME);

/** The same name for the same tool in every request, whether or not the tool is among those of the request. */
export const functionName = (name: string, namespace?: string): string => {
  const prefix = namespace === undefined ? '' : namespace.replace(/_+$/, '') + BETWEEN;
  const whole = `${prefix}${name}`;
  const plain = plainName(whole);
  return plain.length <= MAX_NAME && plain !== '' ? plain : shortened(plain, whole);
};

/** Names of a request's tools, both ways. */
export class ToolNames {
  readonly #taken: Set<string>;
  readonly #aliases = new Map<string, ToolAlias>();

  /** `functions`: names that stay as they are. */
  constructor(functions: Iterable<string> = []) {
    this.#taken = new Set(functions);
  }

  /** Gives the tool a name that no other tool of the request has. */
  add(alias: ToolAlias): string {
    const usual = functionName(alias.name, alias.namespace);
    const name = this.#taken.has(usual) ? shortened(usual, JSON.stringify(alias)) : usual;
    this.#taken.add(name);
    this.#aliases.set(name, alias);
    return name;
  }

  /** What a call in a conversation is called: tools of earlier requests need not be among those of this one. */
  nameFor(name: string, namespace: string | undefined, isCustom: boolean): string {
    // A function is called as it is, also by a name that is refused later on.
    if (namespace === undefined && !isCustom && (TOOL_NAME.test(name) || this.#taken.has(name))) return name;
    for (const [known, alias] of this.#aliases)
      if (alias.name === name && alias.namespace === namespace && alias.isCustom === isCustom) return known;
    return functionName(name, namespace);
  }

  /** Undefined: a function that is called as it is. Models may leave a namespace out. */
  aliasOf(name: string): ToolAlias | undefined {
    const known = this.#aliases.get(name);
    if (known !== undefined || this.#taken.has(name)) return known;
    const bare = [...this.#aliases.values()].filter((alias) => alias.name === name);
    return bare.length === 1 ? bare[0] : undefined;
  }

  get isEmpty(): boolean {
    return this.#aliases.size === 0;
  }
}

/** What the input has to look like, in words for the model. */
const formOf = (format: JsonObject | undefined): readonly string[] => {
  if (format?.type !== 'grammar') return [];
  // Chat completions have it one level deeper.
  const grammar = objectAt(format, 'grammar') ?? format;
  const definition = textAt(grammar, 'definition');
  return definition === undefined
    ? []
    : [`The input must match this ${textAt(grammar, 'syntax') ?? 'lark'} grammar:\n${definition}`];
};

/** The function that stands for a tool that takes free text. */
export const customFunction = (
  name: string,
  description: string | undefined,
  format: JsonObject | undefined,
): Tool => ({
  name,
  description: [
    ...(description === undefined ? [] : [description]),
    `Its one argument, \`${INPUT}\`, is the whole input as plain text.`,
    ...formOf(format),
  ].join('\n\n'),
  parameters: {
    type: 'object',
    properties: { [INPUT]: { type: 'string', description: 'The whole input, as it is.' } },
    required: [INPUT],
    additionalProperties: false,
  },
});

/** Arguments of such a function. */
export const customArguments = (input: string): string => JSON.stringify({ [INPUT]: input });

/** The free text in arguments that a model wrote: as it is where it is in no argument. */
export const customInput = (args: string): string => {
  const parsed = parseJson(args);
  if (typeof parsed === 'string') return parsed;
  if (!isJsonObject(parsed)) return args;
  const values = Object.values(parsed);
  const only = parsed[INPUT] ?? (values.length === 1 ? values[0] : undefined);
  if (typeof only === 'string') return only;
  return values.length === 0 ? '' : args;
};

const ESCAPES: { readonly [letter: string]: string } = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };
/** What is this long and has not begun the text yet is of another form, and read at its end. */
const LONGEST_START = 1_000;
const BEFORE_TEXT = /^\s*\{\s*"input"\s*:\s*"/;

/** Reads the free text out of arguments as they come, in pieces that may end anywhere. */
export class CustomInputReader {
  #pending = '';
  #state: 'BEFORE' | 'INSIDE' | 'OVER' = 'BEFORE';
  /** The first half of a character that takes two escapes. */
  #half = '';

  /** What the piece adds to the text. */
  push(piece: string): string {
    if (this.#state === 'OVER') return '';
    this.#pending += piece;
    if (this.#state === 'BEFORE') {
      const start = BEFORE_TEXT.exec(this.#pending);
      if (start === null) {
        if (this.#pending.length > LONGEST_START) this.#state = 'OVER';
        return '';
      }
      this.#pending = this.#pending.slice(start[0].length);
      this.#state = 'INSIDE';
    }
    let text = '';
    let at = 0;
    while (at < this.#pending.length) {
      const letter = this.#pending.charAt(at);
      if (letter === '"') {
        this.#state = 'OVER';
        this.#pending = '';
        return text + this.#released('');
      }
      if (letter !== '\\') {
        const plain = /^[^"\\]+/.exec(this.#pending.slice(at))?.[0] ?? letter;
        text += this.#released(plain);
        at += plain.length;
        continue;
      }
      const escaped = this.#pending.charAt(at + 1);
      const length = escaped === 'u' ? 6 : 2;
      if (escaped === '' || this.#pending.length < at + length) break;
      const unit =
        escaped === 'u'
          ? String.fromCharCode(Number.parseInt(this.#pending.slice(at + 2, at + 6), 16))
          : (ESCAPES[escaped] ?? escaped);
      if (/^[\uD800-\uDBFF]$/.test(unit)) {
        text += this.#released('');
        this.#half = unit;
      } else text += this.#released(unit);
      at += length;
    }
    this.#pending = this.#pending.slice(at);
    return text;
  }

  #released(next: string): string {
    const whole = this.#half + next;
    this.#half = '';
    return whole;
  }
}
