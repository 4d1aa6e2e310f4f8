import { z } from 'zod';
import { METADATA } from '../metadata.ts';

/** Fields that chat completions and the older completions have in common. */
export const SAMPLING = {
  model: z
    .string()
    .min(1)
    .max(512)
    .describe(
      'A slug (`lab/model`), an offering id (`provider/providerModelId`), an unqualified name or alias that means one model, or `route:<name>`.',
    ),
  max_tokens: z.int().min(1).max(10_000_000).nullish().describe('Most tokens to answer with.'),
  temperature: z.number().min(0).max(2).nullish().describe('How freely to choose words.'),
  top_p: z
    .number()
    .min(0)
    .max(1)
    .nullish()
    .describe('Choose among the likeliest words of this total probability.'),
  top_k: z.int().max(1_000_000).nullish().describe('Choose among this many likeliest words; below 1: all.'),
  frequency_penalty: z.number().min(-2).max(2).nullish().describe('Against repeating words often.'),
  presence_penalty: z.number().min(-2).max(2).nullish().describe('Against repeating words at all.'),
  seed: z.int().nullish().describe('For answers that repeat, as far as the provider can.'),
  stop: z
    .union([z.string().min(1), z.array(z.string().min(1)).max(16)])
    .nullish()
    .describe('Stop before this, or any of these.'),
  n: z.int().min(1).max(128).nullish().describe('How many answers; each is paid for.'),
  stream: z.boolean().nullish().describe('Answer as server-sent events.'),
  stream_options: z
    .looseObject({ include_usage: z.boolean().nullish().describe('End with a chunk that holds the usage.') })
    .nullish()
    .describe('For streams.'),
  service_tier: z
    .string()
    .nullish()
    .describe('`auto`, `default`, `flex`, `priority` or `fast`: how the provider is to treat the request.'),
  metadata: METADATA,
  user: z.string().max(256).nullish().describe("Your own end user's id; kept in the ledger."),
};
