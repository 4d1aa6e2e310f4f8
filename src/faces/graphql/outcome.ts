import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** What came of an operation that has run. */
export type Outcome =
  | { readonly kind: 'RESULT'; readonly result: ExecutionResult | AsyncIterable<ExecutionResult> }
  | { readonly kind: 'THROWN'; readonly error: unknown };

export type WithOutcome = {
  /** Where the request's operation has run already: it does not run again. */
  readonly outcome?: Outcome;
};

/** Lets the engine tell what came of an operation that has run. */
export const outcomes: Plugin<object, WithOutcome> = {
  onParams({ context: { outcome }, setResult }) {
    if (outcome === undefined) return;
    if (outcome.kind === 'THROWN') throw outcome.error;
    setResult(outcome.result);
  },
};
