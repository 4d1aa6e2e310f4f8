import type { ProviderId } from './ids.ts';
import type { OperationKind } from './operation.ts';

/** LAB trains models; CLOUD, HOST, AGGREGATOR and RELAY serve others'; LOCAL runs on this machine. */
export const PROVIDER_KINDS = ['LAB', 'CLOUD', 'HOST', 'AGGREGATOR', 'RELAY', 'LOCAL', 'SANDBOX'] as const;
export type ProviderKind = (typeof PROVIDER_KINDS)[number];

/** Wire formats that providers speak. */
export const DIALECTS = ['openai', 'openai-responses', 'anthropic', 'gemini'] as const;
export type Dialect = (typeof DIALECTS)[number];

/** A company or server that answers API calls. */
export type ProviderInfo = {
  readonly id: ProviderId;
  readonly name: string;
  readonly kind: ProviderKind;
  /** ISO 3166 code or a provider's own word for the one place that it serves from; absent if there are several or it is not stated. */
  readonly region?: string;
  /** Every place in which it may serve a request, see `region.ts`; `global`: anywhere. Absent: not known. */
  readonly regions?: readonly string[];
  /** Page that says so. */
  readonly regionsUrl?: string;
  /** The provider's own documentation or price page. */
  readonly docsUrl?: string;
  /** Whether it has language models that this server can ask. */
  readonly completes: boolean;
  /** What this server can ask of it besides completions; not each of its models does all of it. */
  readonly operations: readonly OperationKind[];
  readonly status: ProviderStatus;
  /** What becomes of names of models that nothing lists there; absent: PASS. */
  readonly unknownModels?: UnknownModels;
};

/** PASS: the provider is asked for the model under the name given. REFUSE: the request is refused here. */
export const UNKNOWN_MODELS = ['PASS', 'REFUSE'] as const;
export type UnknownModels = (typeof UNKNOWN_MODELS)[number];

/**
 * ON: calls can be sent. OFF: `reason` says what is missing and what to do, to anybody; `inFull`, where there is more to say, to
 * operators, with addresses. `needsEndpoint`: more than a key is missing, as its address has to be configured.
 */
export type ProviderStatus =
  | { readonly kind: 'ON' }
  | {
      readonly kind: 'OFF';
      readonly reason: string;
      readonly inFull?: string;
      readonly needsEndpoint?: true;
    };
