import { z } from 'zod';
import { BodyProblem } from './invalid-body.ts';

const MOST_TAGS = 16;
const LONGEST_NAME = 64;
const LONGEST_VALUE = 512;

/** `metadata` of OpenAI's formats. */
export const METADATA = z
  .record(z.string().max(LONGEST_NAME), z.string().max(LONGEST_VALUE))
  .nullish()
  .describe(`Up to ${MOST_TAGS} tags; kept in the ledger, and passed on where the provider takes them.`);

/** Throws BodyProblem where there are too many. */
export const readMetadata = (
  metadata: z.output<typeof METADATA>,
): { readonly [name: string]: string } | undefined => {
  const count = Object.keys(metadata ?? {}).length;
  if (count > MOST_TAGS) throw new BodyProblem('metadata', `has ${count} tags; takes at most ${MOST_TAGS}.`);
  return count === 0 ? undefined : (metadata ?? undefined);
};
