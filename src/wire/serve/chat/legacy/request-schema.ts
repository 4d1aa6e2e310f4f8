import { z } from 'zod';
import { SAMPLING } from '../sampling-schema.ts';

/** The body of POST /v1/completions. */
export const LEGACY_REQUEST = z
  .looseObject({
    ...SAMPLING,
    prompt: z
      .union([z.string(), z.array(z.any().meta({ type: 'string' })).min(1)])
      .describe(
        'The text to go on from, or a list of texts, each of which is answered. Tokens are not taken.',
      ),
    suffix: z
      .string()
      .nullish()
      .describe('What comes after the answer: no provider of chat models takes it.'),
    echo: z.boolean().nullish().describe('Begin the answer with the prompt.'),
    best_of: z.int().min(1).max(128).nullish().describe('Not taken here: the first `n` answers are given.'),
    logprobs: z
      .int()
      .min(0)
      .max(20)
      .nullish()
      .describe("Give log probabilities of the output's tokens, and of so many alternatives to each."),
  })
  .describe('A completion of a prompt, from before there were chats.');
