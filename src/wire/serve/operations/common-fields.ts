import { z } from 'zod';

/** Fields that the bodies of all operations have. */
export const MODEL = z
  .string()
  .min(1)
  .max(512)
  .describe(
    'A slug (`lab/model`), an offering id (`provider/providerModelId`), or an unqualified name or alias that means one model.',
  );

export const USER = z.string().max(256).nullish().describe("Your own end user's id; kept in the ledger.");

/** A provider's own word. */
export const word = (description: string) => z.string().min(1).max(200).nullish().describe(description);

export const LANGUAGE = z
  .string()
  .regex(/^[a-z]{2,3}(-[A-Za-z]{2,4})?$/, { error: 'takes an ISO 639-1 code, e.g. en.' })
  .nullish();
