import { z } from 'zod';
import { settings } from './config-grammar.ts';
import { REASONING_EFFORTS, REQUEST_PARAMETERS } from './domain/completion-request.ts';
import { PROVIDER_QUIRKS, type ProviderQuirks } from './domain/provider-quirks.ts';

const word = (words: readonly [string, ...string[]]) => z.enum(words);
const EFFORTS = z.partialRecord(z.enum(REASONING_EFFORTS), z.string().min(1).max(64));
const PARAMETERS = z.array(z.enum(REQUEST_PARAMETERS)).max(REQUEST_PARAMETERS.length);

const schemaOf = (quirk: (typeof PROVIDER_QUIRKS)[keyof typeof PROVIDER_QUIRKS]): z.ZodType => {
  if ('words' in quirk) return word(quirk.words);
  if ('flag' in quirk) return z.boolean();
  return 'efforts' in quirk ? EFFORTS : PARAMETERS;
};

/** `quirks` of a provider in the config file, validated against the table of known quirks. */
export const quirks = settings(
  Object.fromEntries(
    Object.entries(PROVIDER_QUIRKS).map(([name, quirk]) => [name, schemaOf(quirk).optional()]),
  ),
).transform((given): ProviderQuirks => given);
