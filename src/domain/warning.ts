/**
 * What is worth knowing of how something was done, though it was done.
 * ESTIMATED: a figure of the result was worked out here; no provider gave it.
 * UNKNOWN_MODEL_PASSED_THROUGH: the catalogue does not list the model; its provider was asked for it under that name.
 * OFFERING_PASSED_OVER: an offering of another provider would have been asked first, but cannot do what was asked for.
 * QUEUED: there was no room anywhere, and it waited for some.
 * CHECK_FAILED: the answer did not pass a check of its route, and nothing else could be asked.
 */
export type Warning = {
  readonly code:
    | 'UNSUPPORTED_PARAMETER'
    | 'ADJUSTED_PARAMETER'
    | 'PROVIDER_WARNING'
    | 'ESTIMATED'
    | 'UNKNOWN_MODEL_PASSED_THROUGH'
    | 'OFFERING_PASSED_OVER'
    | 'QUEUED'
    | 'CHECK_FAILED';
  /** The parameter, by its name in the graph, where the warning is about one. */
  readonly parameter?: string;
  readonly message: string;
};
