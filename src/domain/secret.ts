import { inspect } from 'node:util';
import { createKeyMask } from './key-mask.ts';

/** What is shorter is a word that a server without keys is given, such as `ollama`, and may stand anywhere. */
const SHORTEST = 8;

/** A credential that does not print: only `reveal` gives it, to be put in a request's header. */
export class Secret {
  readonly #value: string;
  #mask: ((text: string) => string) | undefined;
  constructor(value: string) {
    this.#value = value;
  }
  reveal(): string {
    return this.#value;
  }
  /** Replaces the credential, in any spelling, and what is left of it in a text that goes to a client or a log. */
  maskIn(text: string): string {
    if (this.#value.length < SHORTEST) return text;
    this.#mask ??= createKeyMask(this.#value);
    return this.#mask(text);
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
