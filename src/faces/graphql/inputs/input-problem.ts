import type { CompletionRefusal } from '../../../domain/refusal.ts';

/** Ends the reading of an input; thrown only below `readInput`. `path` points into the argument `input`. */
export class InputProblem extends Error {
  readonly path: string;
  constructor(path: string, problem: string) {
    super(problem);
    this.path = path;
  }
}

/** The graph's input in the words of the core, or why it makes no sense. */
export type ReadInput<Value> =
  | { readonly kind: 'OK'; readonly value: Value }
  | { readonly kind: 'REFUSED'; readonly refusal: CompletionRefusal };

export const readInput = <Value>(read: () => Value): ReadInput<Value> => {
  try {
    return { kind: 'OK', value: read() };
  } catch (error) {
    if (!(error instanceof InputProblem)) throw error;
    return {
      kind: 'REFUSED',
      refusal: { code: 'INVALID_INPUT', path: `input.${error.path}`, problem: error.message },
    };
  }
};
