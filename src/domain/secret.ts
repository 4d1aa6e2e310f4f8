import { inspect } from 'node:util';

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
    return this.#value === '' ? text : text.replaceAll(this.#value, '[secret]');
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
