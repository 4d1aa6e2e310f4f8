import type { JsonObject } from '../../domain/json.ts';

/**
 * What Google documents for calls that no model of its own has made: its newer models refuse a turn whose first call has
 * no signature. https://ai.google.dev/gemini-api/docs/thought-signatures (2026-11-30)
 */
export const STAND_IN_SIGNATURE = 'skip_thought_signature_validator';

/** The parts of a model's turn, the first call of which is signed in any case. */
export const withSignedCall = (
  parts: readonly JsonObject[],
): { readonly parts: readonly JsonObject[]; readonly isStoodIn: boolean } => {
  const first = parts.findIndex((part) => part.functionCall !== undefined);
  const call = parts[first];
  if (call === undefined || call.thoughtSignature !== undefined) return { parts, isStoodIn: false };
  return {
    parts: parts.with(first, { ...call, thoughtSignature: STAND_IN_SIGNATURE }),
    isStoodIn: true,
  };
};
