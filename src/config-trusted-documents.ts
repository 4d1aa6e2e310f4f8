import { resolve } from 'node:path';
import { z } from 'zod';
import { ConfigError, readText } from './config-file.ts';
import { settings } from './config-grammar.ts';
import type { TrustedDocuments } from './domain/trusted-documents.ts';

const path = z.string().min(1).max(4_096);
const paths = z.union([path.transform((one) => [one]), z.array(path).min(1).max(100)], {
  error: 'takes the path of a file, or a list of them',
});

/** The part `trustedDocuments` of the config file: the files alone, or with how they are enforced. */
export const trustedDocumentsSchema = z.union(
  [
    paths.transform((files) => ({ files, mode: 'allow' as const })),
    settings({ files: paths, mode: z.enum(['allow', 'only']).default('allow') }),
  ],
  { error: 'takes the path of a file, a list of them, or `files` and `mode` (allow or only)' },
);

/** Every operation has a selection. A manifest of another form is names with texts as well, but has none. */
const operation = z.string().refine((text) => text.includes('{') && text.includes('}'));

/** As GraphQL Code Generator's client preset and Relay's compiler write it. */
const byId = z.record(z.string().min(1), operation);
/** As Apollo's and others' manifest tools write it. */
const manifest = z.object({
  operations: z.array(z.object({ id: z.string().min(1), body: operation })),
});

const WHAT_IT_TAKES =
  'takes JSON: {"<id>": "<operation>"}, as client preset and Relay write it, or a manifest with `operations` of `id` and `body`';

const readDocuments = (file: string): readonly (readonly [id: string, text: string])[] => {
  let value: unknown;
  try {
    value = JSON.parse(readText(file));
  } catch (error) {
    if (error instanceof ConfigError) throw new ConfigError(`trustedDocuments: ${error.message}`);
    throw new ConfigError(`trustedDocuments: ${file}: ${WHAT_IT_TAKES}.`);
  }
  const listed = manifest.safeParse(value);
  if (listed.success) return listed.data.operations.map(({ id, body }) => [id, body]);
  const named = byId.safeParse(value);
  if (named.success) return Object.entries(named.data);
  throw new ConfigError(`trustedDocuments: ${file}: ${WHAT_IT_TAKES}.`);
};

/** Throws ConfigError where a file is broken, or two give one id to different operations. */
export const readTrustedDocuments = (
  { files, mode }: z.infer<typeof trustedDocumentsSchema>,
  directory: string,
): TrustedDocuments => {
  const texts = new Map<string, string>();
  for (const file of files) {
    const at = resolve(directory, file);
    for (const [id, text] of readDocuments(at)) {
      if ((texts.get(id) ?? text) !== text)
        throw new ConfigError(
          `trustedDocuments: ${at}: ${JSON.stringify(id.slice(0, 100))} is another operation elsewhere.`,
        );
      texts.set(id, text);
    }
  }
  return { mode: mode === 'only' ? 'ONLY' : 'ALLOW', texts };
};
