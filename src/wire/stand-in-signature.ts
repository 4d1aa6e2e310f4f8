import { adjusted } from './warnings.ts';

/**
 * What Google documents for calls that no model of its own has made: its newer models refuse a turn whose first call has
 * no signature. https://ai.google.dev/gemini-api/docs/thought-signatures (2026-11-30)
 */
export const STAND_IN_SIGNATURE = 'skip_thought_signature_validator';

export const STAND_IN_WARNING = adjusted(
  'messages',
  "Tool calls without this provider's signature got the stand-in that Google documents for them: the model does not know what it thought before them.",
);

/** Gemini 3 and later, by their names behind others' APIs. */
export const wantsSignedCalls = (model: string): boolean => /gemini-(?:[3-9]|[1-9]\d)/.test(model);
