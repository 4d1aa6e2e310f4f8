import type { OfferingId } from '../../domain/ids.ts';
import { DEFAULT_FALLBACK, DEFAULT_POLICY } from '../../domain/route.ts';
import { type Usage, usageOf } from '../../domain/usage.ts';
import { type CompletionCommand, DEFAULT_TIMEOUTS, INLINE_ROUTE } from '../completion-command.ts';

/** Long enough an answer to time tokens by, and one that no model refuses. */
export const MEASURE_PROMPT = 'Write the numbers from one to sixty in English words, separated by commas.';
export const MEASURE_MAX_OUTPUT_TOKENS = 200;
/** Metadata of the rows that measurements leave in the ledger. */
export const MEASURE_METADATA = { purpose: 'measurement' } as const;

/** The prompt has about 20 tokens; templates around it, and tokenizers that divide more finely, stay below this. */
const MAX_INPUT_TOKENS = 200;

/** The most that one call uses, reasoning included. */
export const MEASURE_MAX_USAGE: Usage = usageOf({
  input: MAX_INPUT_TOKENS,
  output: MEASURE_MAX_OUTPUT_TOKENS,
});

const FIRST_TOKEN_MS = 20_000;
const TOTAL_MS = 30_000;

/** A streamed completion of that offering alone, without retries: what is timed is one call. */
export const measureCommand = (id: OfferingId): CompletionCommand => ({
  model: INLINE_ROUTE,
  request: {
    messages: [{ role: 'user', parts: [{ type: 'text', text: MEASURE_PROMPT }] }],
    tools: [],
    maxOutputTokens: MEASURE_MAX_OUTPUT_TOKENS,
    metadata: MEASURE_METADATA,
  },
  streamUpstream: true,
  unsupported: 'WARN',
  timeouts: { firstTokenMs: FIRST_TOKEN_MS, totalMs: TOTAL_MS },
  defaultTimeouts: DEFAULT_TIMEOUTS,
  delivery: 'WHOLE',
  routing: {
    policy: {
      ...DEFAULT_POLICY,
      candidates: [{ target: { kind: 'OFFERING', id }, weight: 1 }],
      fallback: { ...DEFAULT_FALLBACK, maxAttempts: 1 },
    },
  },
});
