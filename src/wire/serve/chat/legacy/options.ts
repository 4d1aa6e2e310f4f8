/** What the writers of the older completions need to know of a request. */
export type LegacyOptions = {
  readonly includeUsage: boolean;
  /** The prompt, where it is to stand before the answer; else empty. */
  readonly echo: string;
};
