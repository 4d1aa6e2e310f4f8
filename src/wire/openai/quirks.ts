import type { ReasoningEffort, RequestParameter } from '../../domain/completion-request.ts';
import type { ToolCallIdForm } from '../tool-call-ids.ts';
import type { ServiceTierWords } from './service-tier.ts';

/** In what a server's chat completions differ from the usual. Every field has a default that most servers take. */
export type OpenAiQuirks = {
  /** Where the limit of output tokens goes. Default `max_tokens`; OpenAI itself wants `max_completion_tokens`. */
  readonly maxTokensField?: 'max_tokens' | 'max_completion_tokens';
  /** Whether `stream_options.include_usage` is sent. Default true. */
  readonly supportsStreamOptions?: boolean;
  /** Where an effort goes. Default `reasoning_effort`; `reasoning` is OpenRouter's object; `none`: there is no place for it. */
  readonly reasoningRequest?: 'reasoning_effort' | 'reasoning' | 'none';
  /**
   * The server's words for efforts. For one that is missing the nearest is sent; without `none`, thinking is turned off by
   * `thinkingSwitch` alone. Default: the same words, but `max` is `xhigh`.
   */
  readonly reasoningEfforts?: ReasoningEfforts;
  /**
   * The field that turns thinking on and off: `thinking` with a type, where `thinking-adaptive` has another word for on;
   * `enable_thinking`; the same in `chat_template_kwargs`; `enabled` in `reasoning`. Default `none`: it has no field of its own.
   */
  readonly thinkingSwitch?: ThinkingSwitch;
  /** What the switch is used for. Default `both`: where it cannot turn thinking off, that is unsupported. */
  readonly thinkingSwitchFor?: 'both' | 'on' | 'off';
  /** Where the most tokens of thinking go. Default `none`, or OpenRouter's object where efforts go there. */
  readonly thinkingBudget?: 'thinking_budget' | 'none';
  /** Under which name earlier reasoning is passed back. Default `none`: it is not. */
  readonly reasoningHistory?: 'none' | 'reasoning_content' | 'reasoning_details';
  /** Whether signatures of tool calls are passed back, as Gemini's endpoint wants. Default false. */
  readonly supportsToolCallSignatures?: boolean;
  /**
   * Which ids of tool calls are taken; others are written anew. Default: as who made the model takes them, of whom OpenAI
   * takes 40 characters.
   */
  readonly toolCallIds?: ToolCallIdForm;
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
  /**
   * What becomes of a last message of the assistant, which the model is to go on from: sent as it is, marked with a field
   * of the name, or followed by a user message that asks for it where it would be refused. Default `plain`.
   */
  readonly assistantPrefill?: 'plain' | 'prefix' | 'partial' | 'refused';
  /** Whether messages may have fields that OpenAI's have not, such as earlier reasoning. Default true. */
  readonly takesUnknownMessageFields?: boolean;
  /** Whether tools that take free text are known. Default false: they go as functions with one string. */
  readonly supportsCustomTools?: boolean;
  /** Whether the result of a tool may hold more than text where a client says so. Default true. */
  readonly takesMediaInResults?: boolean;
  /** Whether several choices are made in one call. Default true. */
  readonly supportsChoices?: boolean;
  /** Parameters that the server takes and that change nothing: a client's own request keeps them. */
  readonly withoutEffect?: readonly RequestParameter[];
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

export type ReasoningEfforts = { readonly [Effort in ReasoningEffort]?: string };

export type ThinkingSwitch =
  | 'thinking'
  | 'thinking-adaptive'
  | 'enable_thinking'
  | 'chat_template_kwargs'
  | 'reasoning.enabled'
  | 'none';

export const USUAL_EFFORTS: { readonly [Effort in ReasoningEffort]: string } = {
  none: 'none',
  minimal: 'minimal',
  low: 'low',
  medium: 'medium',
  high: 'high',
  max: 'xhigh',
};

/** Some hosts hand ids on to the model's maker or its own template, which refuse what they do not take. */
const IDS_OF_MAKERS: readonly (readonly [RegExp, ToolCallIdForm])[] = [
  [/claude/, 'word-64'],
  [/(?:^|[^a-z])(?:mi[sx]tral|ministral|magistral|devstral|codestral|pixtral|voxtral)/, 'alphanumeric-9'],
];

/** Which ids of tool calls a model takes behind this server. */
export const toolCallIdsOf = (model: string, { toolCallIds }: OpenAiQuirks): ToolCallIdForm =>
  toolCallIds ?? IDS_OF_MAKERS.find(([names]) => names.test(model.toLowerCase()))?.[1] ?? 'max-40';

/** Claude of this version and later; behind others' APIs too. */
const CLAUDE_WITHOUT_PREFILL = /claude-(?:\w+-)*?(?:4[-.](?:[6-9]|[1-9]\d)(?!\d)|[5-9](?![\d]{2}))/;

/** Whether a model refuses a conversation that ends with its own words. */
export const refusesPrefill = (model: string, { assistantPrefill }: OpenAiQuirks): boolean =>
  assistantPrefill === undefined
    ? CLAUDE_WITHOUT_PREFILL.test(model.toLowerCase())
    : assistantPrefill === 'refused';
