import type { Rejection } from './attempt.ts';
import type { Unsupported } from './completion-request.ts';
import type { KeyId, ModelSlug, OfferingId, ProviderId } from './ids.ts';

/** Why we ourselves will not do something, as a value with a stable code. */
export type Refusal =
  /** Nothing in the catalogue or the configuration has that name. */
  | {
      readonly code: 'UNKNOWN_MODEL';
      readonly name: string;
      readonly suggestions: readonly string[];
      /** Why the provider that the name begins with is not asked for it. */
      readonly notPassed?: { readonly id: ProviderId; readonly reason: string };
    }
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
  /** No saved route has that name. */
  | { readonly code: 'UNKNOWN_ROUTE'; readonly name: string; readonly suggestions: readonly string[] }
  /** Every offering that could be used is rejected, each for its reason. */
  | {
      readonly code: 'NO_CANDIDATE';
      /** The route or model, as asked for. */
      readonly name: string;
      readonly rejections: readonly Rejection[];
      /** The soonest of theirs. */
      readonly retryAfterMs?: number;
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

/** Of the many that a filter can pass, a sentence names some; those that are off come last, as nobody counts on them. */
const MOST_NAMED = 5;

const noCandidateMessage = ({
  name,
  rejections,
  retryAfterMs,
}: Extract<Refusal, { code: 'NO_CANDIDATE' }>): string => {
  const on = rejections.filter(({ reason }) => reason !== 'NOT_CONFIGURED');
  const telling = on.length > 0 ? on : rejections;
  const off = rejections.length - telling.length;
  const named = telling
    .slice(0, MOST_NAMED)
    .map(({ offeringId, reason, detail }) => `${offeringId}: ${reason} (${detail.replace(/\.$/, '')})`);
  const more = telling.length - named.length;
  const all = [
    ...named,
    ...(more > 0 ? [`and ${more} more`] : []),
    ...(off > 0 ? [`${off} more are not configured`] : []),
  ].join('; ');
  const wait =
    retryAfterMs === undefined ? '' : ` Try again in ${Math.max(1, Math.ceil(retryAfterMs / 1_000))} s.`;
  return `"${shown(name)}" has no candidate left. ${all === '' ? 'Nothing that is on passes its filters.' : `${all}.`}${wait} Query \`planCompletion\` shows the whole plan.`;
};

const unknownModelMessage = ({
  name,
  suggestions,
  notPassed,
}: Extract<Refusal, { code: 'UNKNOWN_MODEL' }>): string => {
  const next =
    suggestions.length > 0
      ? `Nearest: ${suggestions.join(', ')}.`
      : 'Query `models` lists the ones there are.';
  const hint = notPassed === undefined ? '' : ` ${notPassed.id} is not asked for it: ${notPassed.reason}.`;
  return `No model is called "${shown(name)}". ${next}${hint}`;
};

/** Providers that a message says of what they need. */
const MAX_SHOWN_PROVIDERS = 6;

const noProviderMessage = ({
  modelSlug,
  providers,
}: Extract<Refusal, { code: 'NO_PROVIDER_CONFIGURED' }>): string => {
  const needs = providers.slice(0, MAX_SHOWN_PROVIDERS).map(({ id, reason }) => `${id}: ${reason}`);
  const more = providers.length - needs.length;
  if (more > 0) needs.push(`and ${more} more`);
  return `${modelSlug} is known, but no provider that serves it is on. ${needs.join('; ')}`.trim();
};

/** What happened, to what, and what to do next, as one sentence or two. */
export const refusalMessage = (refusal: Refusal): string => {
  switch (refusal.code) {
    case 'UNKNOWN_MODEL':
      return unknownModelMessage(refusal);
    case 'AMBIGUOUS_MODEL':
      return `"${shown(refusal.name)}" fits several models: ${refusal.candidates.join(', ')}. Use one of these slugs.`;
    case 'NO_PROVIDER_CONFIGURED':
      return noProviderMessage(refusal);
    case 'UNKNOWN_ROUTE':
      return refusal.suggestions.length > 0
        ? `No route is called "${shown(refusal.name)}". Nearest: ${refusal.suggestions.join(', ')}.`
        : `No route is called "${shown(refusal.name)}". Query \`routes\` lists the ones there are.`;
    case 'NO_CANDIDATE':
      return noCandidateMessage(refusal);
    case 'INVALID_INPUT':
      return `${refusal.path}: ${refusal.problem}`;
    case 'UNSUPPORTED_PARAMETER':
      return `${refusal.offeringId} cannot honour ${refusal.parameters
        .map((parameter) => `${parameter.name} (${parameter.problem})`)
        .join(', ')}. ${
        refusal.parameters.some(({ isEssential }) => isEssential)
          ? 'Leave it out, or choose another offering.'
          : 'Leave it out, choose another offering, or set unsupported: WARN.'
      }`;
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
