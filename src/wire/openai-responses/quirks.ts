import type { ReasoningEffort, RequestParameter } from '../../domain/completion-request.ts';
import type { ServiceTierWords } from '../openai/service-tier.ts';

/** In what a server's Responses differ from OpenAI's own. Every field has OpenAI's way as its default. */
export type OpenAiResponsesQuirks = {
  /** In which header the key goes. Default `bearer`; `api-key` is Azure's. */
  readonly authHeader?: 'bearer' | 'api-key';
  /** The role of system messages. Default `system`, which OpenAI reads as `developer` where a model wants that. */
  readonly systemRole?: 'system' | 'developer';
  /** The server's words for efforts; one that is missing is unsupported. Default: the same words, but `max` is `xhigh`. */
  readonly reasoningEfforts?: { readonly [Effort in ReasoningEffort]?: string };
  /** Whether summaries are asked for where an effort is. Default true. */
  readonly supportsReasoningSummary?: boolean;
  /**
   * For which models encrypted reasoning is asked for, to be passed back on the next turn. Default `by-model`:
   * for those that are known to reason, and where an effort is asked for; others refuse the question.
   */
  readonly encryptedReasoning?: 'by-model' | 'always' | 'never';
  /** Whether `store: false` is sent. Default true. */
  readonly supportsStore?: boolean;
  /** Where the end user's id goes. Default `safety_identifier`; older servers know `user` alone. */
  readonly userField?: 'safety_identifier' | 'user';
  /** The fewest output tokens that the server takes as a limit; fewer are raised to it. Default 16. */
  readonly minOutputTokens?: number;
  /** The server's words for service tiers; one that is missing is unsupported. Default: OpenAI's. */
  readonly serviceTiers?: ServiceTierWords;
  /** Default `automatic`: the server caches by itself, so that marks are honoured without doing anything. */
  readonly promptCaching?: 'automatic' | 'none';
  /** What the server does not take, beyond what the fields above say. */
  readonly unsupported?: readonly RequestParameter[];
};
