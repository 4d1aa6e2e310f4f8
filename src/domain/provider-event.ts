import type { VerbatimEvent } from './client-request.ts';
import type { ServiceTier } from './completion-request.ts';
import type { ContentEvent, FinishReason, UsageEvent } from './content-event.ts';
import type { Failure } from './failure.ts';
import type { ProviderBilling } from './provider-billing.ts';
import type { RateLimit } from './rate-limit.ts';
import type { Warning } from './warning.ts';

/**
 * What a provider yields during one call. The last event is exactly one `completed`, `performed` or
 * `failed`; nothing is ever thrown. `answering` comes at most once, before content unless its provider says it late; content comes as it arrives.
 */
export type ProviderEvent =
  | {
      readonly type: 'answering';
      readonly providerResponseId?: string;
      /** The exact model version that answers. */
      readonly providerModel?: string;
    }
  | ContentEvent
  | UsageEvent
  /** What its bill rests on besides usage: each member replaces what came before. */
  | { readonly type: 'billed'; readonly billing: ProviderBilling }
  /** Only in answer to a call with a client's request. */
  | VerbatimEvent
  | { readonly type: 'warning'; readonly warning: Warning }
  /** What the provider says is left of its limits; at any place, failures included. */
  | { readonly type: 'rateLimits'; readonly limits: readonly RateLimit[] }
  | {
      readonly type: 'completed';
      readonly finishReason: FinishReason;
      readonly rawFinishReason?: string;
      /** The tier in which the request was served, where the provider says it. */
      readonly serviceTier?: ServiceTier;
      /** The region in which it was served, in the provider's word, where the provider says it. */
      readonly region?: string;
    }
  /** In place of `completed`: an operation other than a completion is done. Who sent it has the result. */
  | { readonly type: 'performed' }
  | { readonly type: 'failed'; readonly failure: Failure };
