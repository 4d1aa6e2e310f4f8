import { type Usage, usageOf } from '../../domain/usage.ts';
import type { OneCall } from '../one-call.ts';

/** Long enough an answer to time tokens by, and one that no model refuses. */
export const MEASURE_PROMPT = 'Write the numbers from one to sixty in English words, separated by commas.';
export const MEASURE_MAX_OUTPUT_TOKENS = 200;
/** Metadata of the rows that measurements leave in the ledger. */
export const MEASURE_METADATA = { purpose: 'measurement' } as const;

/** The prompt has about 20 tokens; templates around it, and tokenizers that divide more finely, stay below this. */
const MAX_INPUT_TOKENS = 200;

/** The most that one call uses: all output may be visible or reasoning, which some price differently. */
export const MEASURE_MAX_USAGES: readonly Usage[] = [
  usageOf({ input: MAX_INPUT_TOKENS, output: MEASURE_MAX_OUTPUT_TOKENS }),
  usageOf({ input: MAX_INPUT_TOKENS, reasoning: MEASURE_MAX_OUTPUT_TOKENS }),
];

export const MEASURE_CALL: OneCall = {
  request: {
    messages: [{ role: 'user', parts: [{ type: 'text', text: MEASURE_PROMPT }] }],
    tools: [],
    maxOutputTokens: MEASURE_MAX_OUTPUT_TOKENS,
    metadata: MEASURE_METADATA,
  },
  timeouts: { firstTokenMs: 20_000, totalMs: 30_000 },
};
