import type { ReasoningEffort, RequestParameter } from '../../domain/completion-request.ts';
import type { ServiceTierWords } from './service-tier.ts';

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
  /**
   * How structured output is asked for. Default `json_schema`. `json_object`: the schema is stated in a system
   * message and only JSON is enforced; `prompt`: nothing is. What is stated and not enforced is a warning.
   */
  readonly structuredOutput?: 'json_schema' | 'json_object' | 'prompt';
  /**
   * What becomes of cache marks. Default `none`: unsupported. `automatic`: the server caches by itself, so that
   * they are honoured without doing anything. `markers`: sent as `cache_control` on pieces of text (OpenRouter).
   */
  readonly promptCaching?: 'automatic' | 'markers' | 'none';
  /** The server's words for service tiers; one that is missing is unsupported. Default: none is taken. */
  readonly serviceTiers?: ServiceTierWords;
  /** How log probabilities are asked for. Default `flag`, with `top_logprobs` beside it; `number` is Together's. */
  readonly logprobsRequest?: 'flag' | 'number';
  /** Which files are taken. Default `none`; addresses are taken by OpenRouter, but not by OpenAI. */
  readonly files?: 'none' | 'data' | 'data-and-url';
  /** Whether audio is taken, as WAV or MP3 data. Default true: many servers have a model that hears. */
  readonly supportsAudio?: boolean;
  /** Whether the role `developer` is known. Default false: what a client passes on under it goes as `system`. */
  readonly supportsDeveloperRole?: boolean;
  /** In which header the key goes. Default `bearer`; `api-key` is Azure's. */
  readonly authHeader?: 'bearer' | 'api-key';
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
