import { inspect } from 'node:util';

/** What is shorter is a word that a server without keys is given, such as `ollama`, and may stand anywhere. */
const SHORTEST = 8;

/** A credential that does not print: only `reveal` gives it, to be put in a request's header. */
export class Secret {
  readonly #value: string;
  constructor(value: string) {
    this.#value = value;
  }
  reveal(): string {
    return this.#value;
  }
  /** Replaces every occurrence of the credential in a text that goes to a client or a log. */
  maskIn(text: string): string {
    return this.#value.length < SHORTEST ? text : text.replaceAll(this.#value, '[secret]');
  }
  toString(): string {
    return '[secret]';
  }
  toJSON(): string {
    return '[secret]';
  }
  [inspect.custom](): string {
    return '[secret]';
  }
}
