import type { Unsupported } from './completion-request.ts';
import type { KeyId, ModelSlug, OfferingId, ProviderId } from './ids.ts';

/** Why we ourselves will not do something, as a value with a stable code. */
export type Refusal =
  /** Nothing in the catalogue or the configuration has that name. */
  | { readonly code: 'UNKNOWN_MODEL'; readonly name: string; readonly suggestions: readonly string[] }
  /** The name fits several models. */
  | { readonly code: 'AMBIGUOUS_MODEL'; readonly name: string; readonly candidates: readonly ModelSlug[] }
  /** The model is known, but no provider that serves it is on. */
  | {
      readonly code: 'NO_PROVIDER_CONFIGURED';
      readonly name: string;
      readonly modelSlug: ModelSlug;
      /** Who serves it, and what to set to turn each on. */
      readonly providers: readonly { readonly id: ProviderId; readonly reason: string }[];
    }
  /** The input is well-typed but makes no sense; `path` points into it, e.g. `messages[0].user.parts`. */
  | { readonly code: 'INVALID_INPUT'; readonly path: string; readonly problem: string }
  /** The offering cannot honour parameters that the caller set and insists on. */
  | {
      readonly code: 'UNSUPPORTED_PARAMETER';
      readonly offeringId: OfferingId;
      readonly parameters: readonly Unsupported<string>[];
    }
  /** The model is known and a provider that serves it is on, but none of them does this with it. */
  | { readonly code: 'UNSUPPORTED_OPERATION'; readonly name: string; readonly problem: string }
  /** The server is stopping, cannot write its ledger, or is broken for this offering; `problem` says which. */
  | { readonly code: 'UNAVAILABLE'; readonly problem: string; readonly retryAfterMs?: number }
  | { readonly code: 'KEY_NOT_FOUND'; readonly id: KeyId }
  /** The key may not do this. */
  | { readonly code: 'FORBIDDEN'; readonly problem: string };

/** Those that a completion or another operation can meet. */
export type CompletionRefusal = Exclude<Refusal, { code: 'KEY_NOT_FOUND' }>;

/** Names come from strangers: an answer does not send megabytes of them back. */
const shown = (name: string): string => (name.length > 200 ? `${name.slice(0, 200)}…` : name);

/** What happened, to what, and what to do next, as one sentence or two. */
export const refusalMessage = (refusal: Refusal): string => {
  switch (refusal.code) {
    case 'UNKNOWN_MODEL':
      return refusal.suggestions.length > 0
        ? `No model is called "${shown(refusal.name)}". Nearest: ${refusal.suggestions.join(', ')}.`
        : `No model is called "${shown(refusal.name)}". Query \`models\` lists the ones there are.`;
    case 'AMBIGUOUS_MODEL':
      return `"${shown(refusal.name)}" fits several models: ${refusal.candidates.join(', ')}. Use one of these slugs.`;
    case 'NO_PROVIDER_CONFIGURED':
      return `${refusal.modelSlug} is known, but no provider that serves it is on. ${refusal.providers
        .map((provider) => `${provider.id}: ${provider.reason}`)
        .join('; ')}`.trim();
    case 'INVALID_INPUT':
      return `${refusal.path}: ${refusal.problem}`;
    case 'UNSUPPORTED_PARAMETER':
      return `${refusal.offeringId} cannot honour ${refusal.parameters
        .map((parameter) => `${parameter.name} (${parameter.problem})`)
        .join(', ')}. Leave it out, choose another offering, or set unsupported: WARN.`;
    case 'UNSUPPORTED_OPERATION':
      return `${shown(refusal.name)}: ${refusal.problem}`;
    case 'UNAVAILABLE':
      return refusal.problem;
    case 'KEY_NOT_FOUND':
      return `There is no key with the id ${refusal.id}. Query \`keys\` lists them.`;
    case 'FORBIDDEN':
      return refusal.problem;
  }
};
