import type { ReasoningEffort, RequestParameter } from '../../domain/completion-request.ts';

/** In what a server's chat completions differ from the usual. Every field has a default that most servers take. */
export type OpenAiQuirks = {
  /** Where the limit of output tokens goes. Default `max_tokens`; OpenAI itself wants `max_completion_tokens`. */
  readonly maxTokensField?: 'max_tokens' | 'max_completion_tokens';
  /** Whether `stream_options.include_usage` is sent. Default true. */
  readonly supportsStreamOptions?: boolean;
  /** How reasoning is asked for. Default `reasoning_effort`; `reasoning` is OpenRouter's object. */
  readonly reasoningRequest?: 'reasoning_effort' | 'reasoning' | 'none';
  /** The server's words for efforts; one that is missing is unsupported. Default: the same words, but `max` is `xhigh`. */
  readonly reasoningEfforts?: { readonly [Effort in ReasoningEffort]?: string };
  /** Under which name earlier reasoning is passed back. Default `none`: it is not. */
  readonly reasoningHistory?: 'none' | 'reasoning_content' | 'reasoning_details';
  /** Whether signatures of tool calls are passed back, as Gemini's endpoint wants. Default false. */
  readonly supportsToolCallSignatures?: boolean;
  /** Whether `metadata` is sent. Default false: OpenAI takes it only for completions that it stores. */
  readonly supportsMetadata?: boolean;
  /** Whether `top_k` is sent. Default false. */
  readonly supportsTopK?: boolean;
  /** Under which name the seed is sent. Default `seed`. */
  readonly seedField?: 'seed' | 'random_seed';
  /** What the server does not take, beyond what the fields above say. */
  readonly unsupported?: readonly RequestParameter[];
};

export const USUAL_EFFORTS: { readonly [Effort in ReasoningEffort]: string } = {
  none: 'none',
  minimal: 'minimal',
  low: 'low',
  medium: 'medium',
  high: 'high',
  max: 'xhigh',
};
