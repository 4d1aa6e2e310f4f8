import type { ModelSlug, OfferingId, ProviderId } from './ids.ts';
import type { Modality, Provenance } from './price.ts';
import type { Release } from './release.ts';

/** Largest sizes in tokens. What no source states is absent. */
export type Limits = {
  /** Prompt plus answer. */
  readonly contextWindow?: number;
  readonly maxInputTokens?: number;
  readonly maxOutputTokens?: number;
};

/** What a model can be asked to do. */
export const CAPABILITIES = [
  'COMPLETION',
  'TOOLS',
  'STRUCTURED_OUTPUT',
  'REASONING',
  'PROMPT_CACHING',
  'WEB_SEARCH',
  'COMPUTER_USE',
  'EMBEDDING',
  'RERANK',
  'MODERATION',
  'IMAGE_GENERATION',
  'VIDEO_GENERATION',
  'SPEECH',
  'TRANSCRIPTION',
  'OCR',
] as const;
export type Capability = (typeof CAPABILITIES)[number];

/** What sources say of a model, or of it at one provider. Absent means unknown. */
export type ModelFacts = Release & {
  readonly limits: Limits;
  /** What it takes. */
  readonly inputModalities?: readonly Modality[];
  /** What it gives. */
  readonly outputModalities?: readonly Modality[];
  /** Those that a source states; one that is not among them is not known to be there. */
  readonly capabilities: readonly Capability[];
  /** Those that a source says it lacks. */
  readonly lacks: readonly Capability[];
  /** When its training data ends, as precise as the source says: `2025`, `2025-04` or `2025-04-30`. */
  readonly knowledgeCutoff?: string;
  /** Whether its weights can be downloaded. */
  readonly openWeights?: boolean;
  /** Of the weights: an SPDX id, else the licence's name, e.g. `Apache-2.0`, `Llama 3.3 Community License`. */
  readonly licence?: string;
  /** When it is or was switched off, as announced. */
  readonly retiresAt?: Date;
  readonly deprecated: boolean;
};

/** Smallest and largest of several counts. */
export type CountBounds = { readonly min: number; readonly max: number };

/** The size that a model's name states. */
export type ModelSize = {
  /** As names write it: `70B`, `30B-A3B`, `8x7B`, `17B-128E`. */
  readonly text: string;
  /** All parameters, in thousands of millions; absent where the name does not state them. */
  readonly billions?: number;
  /** Parameters that work on each token, in thousands of millions. */
  readonly activeBillions?: number;
  readonly experts?: number;
};

/** What answers, whoever hosts it. */
export type Model = ModelFacts & {
  readonly slug: ModelSlug;
  readonly name: string;
  /** Who trained it: the part of the slug before the slash. */
  readonly lab: string;
  readonly description?: string;
  /** What its name begins with, e.g. `claude-sonnet`, `gpt`, `llama`. */
  readonly family?: string;
  readonly size?: ModelSize;
  /** The model whose weights it serves in another way: faster, at another price, set for a use. */
  readonly variantOf?: ModelSlug;
  /** Of the model and all its offerings. */
  readonly contextWindowRange?: CountBounds;
  /** Its repository at Hugging Face, `organization/name`. */
  readonly huggingFaceId?: string;
  readonly provenance: Provenance;
};

/** How it is known that an offering serves a model. Anything short of EXPLICIT can be wrong. */
export const MODEL_JOINS = ['EXPLICIT', 'HF_ID', 'ALIAS', 'HEURISTIC', 'UNJOINED'] as const;
export type ModelJoin = (typeof MODEL_JOINS)[number];

/**
 * METERED: billed by its price rows. FREE: the provider charges nothing. PLAN: covered by a subscription.
 * COMMITMENT: only for capacity that is bought ahead. UNKNOWN: no source states a price.
 */
export const BILLINGS = ['METERED', 'FREE', 'PLAN', 'COMMITMENT', 'UNKNOWN'] as const;
export type Billing = (typeof BILLINGS)[number];

/** A model as served by one provider. Its facts are those that are known of it there, else of its model. */
export type Offering = ModelFacts & {
  readonly id: OfferingId;
  readonly providerId: ProviderId;
  /** The name that the provider uses in its API. */
  readonly providerModelId: string;
  readonly modelSlug: ModelSlug;
  readonly join: ModelJoin;
  /** Why it is held to serve this model, in words for people. */
  readonly joinReason: string;
  readonly billing: Billing;
  readonly region?: string;
  /** Who says when it ends; absent without such a day. Lists can be wrong: what they end is asked if nothing else is left. */
  readonly endStatedBy?: 'OPERATOR' | 'LISTS';
  /** Present: neither a source nor a declaration lists it; a request names it, and its provider gets the name as it is. */
  readonly unlisted?: UnlistedFacts;
  /**
   * The listed offering of the same provider whose rates it has, as nothing states any for its own name: a deployment
   * has those of its model, a fine-tuned model those of its base.
   */
  readonly pricedAs?: OfferingId;
  readonly provenance: Provenance;
};

export type UnlistedFacts = {
  /** The listed offering of the same provider whose name is most like this one. */
  readonly nearest: OfferingId | undefined;
};

/** For facts of which nothing is known. */
export const NO_FACTS: ModelFacts = { limits: {}, capabilities: [], lacks: [], deprecated: false };
