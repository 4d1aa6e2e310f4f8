import type { ReasoningEffort } from '../../domain/completion-request.ts';
import type { ProviderQuirks } from '../../domain/provider-quirks.ts';
import type { ToolCallIdForm } from '../tool-call-ids.ts';
import type { ServiceTierWords } from './service-tier.ts';

/**
 * In what a server's chat completions differ from the usual. Every field has a default that most servers take; what is not
 * stated is not known, and a client's own request keeps what it says of it.
 */
export type OpenAiQuirks = ProviderQuirks & {
  /** The server's words for service tiers; one that is missing is unsupported. Default: none is known. */
  readonly serviceTiers?: ServiceTierWords;
  /** In which header the key goes. Default `bearer`; `api-key` is Azure's. */
  readonly authHeader?: 'bearer' | 'api-key';
};

export type ReasoningEfforts = NonNullable<ProviderQuirks['reasoningEfforts']>;

export type ThinkingSwitch = NonNullable<ProviderQuirks['thinkingSwitch']>;

export const USUAL_EFFORTS: { readonly [Effort in ReasoningEffort]: string } = {
  none: 'none',
  minimal: 'minimal',
  low: 'low',
  medium: 'medium',
  high: 'high',
  max: 'xhigh',
};

const OF_MISTRAL = /(?:^|[^a-z])(?:mi[sx]tral|ministral|magistral|devstral|codestral|pixtral|voxtral)/;

/** Some hosts hand ids on to the model's maker or its own template, which refuse what they do not take. */
const IDS_OF_MAKERS: readonly (readonly [RegExp, ToolCallIdForm])[] = [
  [/claude/, 'word-64'],
  [OF_MISTRAL, 'alphanumeric-9'],
];

/**
 * Whether the assistant has to speak between results of tools and the user: "Unexpected role 'user' after role 'tool'",
 * https://github.com/NousResearch/hermes-agent/issues/20154 (2026-11-30).
 */
export const needsAnswer = (model: string, { needsAnswerAfterResults }: OpenAiQuirks): boolean =>
  needsAnswerAfterResults ?? OF_MISTRAL.test(model.toLowerCase());

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
