/** What the writers of the older completions need to know of a request. */
export type LegacyOptions = {
  readonly includeUsage: boolean;
  /** The prompts, where each is to stand before its answers; else empty. */
  readonly echo: readonly string[];
  /** How many answers each prompt has; the choices of the first prompt come first. */
  readonly answersEach: number;
};

/** What stands before the answer of a choice. */
export const echoOf = ({ echo, answersEach }: LegacyOptions, index: number): string =>
  echo[Math.floor(index / answersEach)] ?? '';
