import type { ToolNames } from '../../custom-tools.ts';

/** What the writers of chat completions need to know of a request. */
export type ChatOptions = {
  /** `stream_options.include_usage`: a stream ends with a chunk that holds the usage. */
  readonly includeUsage: boolean;
  /** The request speaks of `functions`, from before there were tools: so does its answer. */
  readonly usesFunctions: boolean;
  /** `reasoning.exclude`: reasoning is wanted, but not to be seen. */
  readonly hidesReasoning: boolean;
  /** Names of tools that take free text; absent: there are none. */
  readonly toolNames?: ToolNames;
};
