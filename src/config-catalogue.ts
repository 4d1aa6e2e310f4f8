import { resolve } from 'node:path';
import { z } from 'zod';
import { CATALOGUE_SOURCES, catalogueSource } from './adapters/sources/registry.ts';
import { explain, settings } from './config-grammar.ts';
import { amount, httpAddress } from './config-values.ts';
import type { CatalogueSettings, SourceSettings } from './domain/catalogue-settings.ts';
import type { Secret } from './domain/secret.ts';

const KNOWN_IDS = CATALOGUE_SOURCES.map(({ id }) => id).join(', ');
const unknownSource = (id: string): string =>
  `there is no source ${JSON.stringify(id.slice(0, 64))}; known are ${KNOWN_IDS}`;
const sourceId = z.string().refine((id) => catalogueSource(id) !== undefined, {
  error: ({ input }) => unknownSource(String(input)),
});

const MOST_MINUTES = 43_200;
const TAKES = 'takes on, off, a list of ids of sources, or a mapping of ids to settings';

type SourceEntry = {
  readonly enabled: boolean;
  readonly baseUrl?: string | undefined;
  readonly apiKey?: string | undefined;
  readonly everyMinutes?: number | undefined;
};
type SourcesEntry = { readonly live: boolean; readonly named: { readonly [id: string]: SourceEntry } };

const listed = (ids: readonly string[]): SourcesEntry => ({
  live: false,
  named: Object.fromEntries(ids.map((id) => [id, { enabled: true }])),
});

const isSwitch = (value: unknown): boolean => typeof value === 'boolean' || value === 'on' || value === 'off';

/** The part `catalogue` of the config file. Its errors name the part of `sources` that is wrong, whatever form that has. */
export const catalogueSchema = () => {
  const source = settings({
    enabled: z.boolean().default(true),
    baseUrl: httpAddress.optional(),
    apiKey: z.string().optional(),
    everyMinutes: z.number().min(1).max(MOST_MINUTES).optional(),
  });
  const list = z.array(sourceId).max(100).transform(listed);
  const mapping = z.record(sourceId, source).transform((named): SourcesEntry => ({ live: false, named }));
  const sources = z.unknown().transform((given, context): SourcesEntry => {
    if (isSwitch(given)) return { live: given === true || given === 'on', named: {} };
    const isMapping = typeof given === 'object' && given !== null;
    if (!isMapping) {
      context.addIssue({ code: 'custom', message: TAKES });
      return z.NEVER;
    }
    const form = Array.isArray(given) ? list : mapping;
    const parsed = form.safeParse(given, { error: explain });
    if (parsed.success) return parsed.data;
    for (const { path, message, ...issue } of parsed.error.issues) {
      const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((name) => [...path, name]) : [path];
      for (const each of paths) context.addIssue({ code: 'custom', message, path: each });
    }
    return z.NEVER;
  });
  return settings({
    sources: sources.optional(),
    overrides: z.string().min(1).max(4096).optional(),
    rates: z
      .record(
        z.string().regex(/^[A-Z]{3}$/, 'takes ISO 4217 codes, e.g. CNY'),
        amount.refine((rate) => rate.gt(0), 'takes units of the currency for one US dollar, above 0'),
      )
      .optional(),
  });
};

export type CatalogueFile = z.infer<ReturnType<typeof catalogueSchema>>;

/** MODELGRAPH_SOURCES: on, off or ids with commas between them. It wins over the file. */
export const sourcesVariable = z.string().transform((text, context): 'on' | 'off' | readonly string[] => {
  const word = text.trim().toLowerCase();
  if (word === 'on' || word === 'off') return word;
  const ids = word
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
  const unknown = ids.find((id) => catalogueSource(id) === undefined);
  if (unknown !== undefined)
    context.addIssue({ code: 'custom', message: `takes on, off or ids: ${unknownSource(unknown)}` });
  return ids;
});

const chosen = (file: SourcesEntry, variable: 'on' | 'off' | readonly string[] | undefined): SourcesEntry => {
  if (variable === undefined) return file;
  if (variable === 'on') return { ...file, live: true };
  const wanted = variable === 'off' ? [] : variable;
  const ids = new Set([...Object.keys(file.named), ...wanted]);
  return {
    live: false,
    named: Object.fromEntries(
      [...ids].map((id) => [id, { ...file.named[id], enabled: wanted.includes(id) }]),
    ),
  };
};

/**
 * Settles what file and environment say. A key that is named in neither is that of the source's own variable, once
 * the source is on. `secretOf` replaces `${NAME}`: undefined where a name is not set.
 */
export const catalogueSettings = (
  file: CatalogueFile,
  given: {
    readonly variable: 'on' | 'off' | readonly string[] | undefined;
    /** Where paths of the file begin. */
    readonly directory: string;
    readonly secretOf: (text: string) => Secret | undefined;
  },
): CatalogueSettings => {
  const { live, named } = chosen(file.sources ?? { live: false, named: {} }, given.variable);
  const ids = CATALOGUE_SOURCES.filter(({ id, byDefault }) => named[id] !== undefined || (live && byDefault));
  const sources = ids.map(({ id, key }): SourceSettings => {
    const { enabled = true, baseUrl, apiKey, everyMinutes } = named[id] ?? {};
    const keyText = apiKey ?? (key === undefined ? undefined : `\${${key.variable}}`);
    const secret = enabled && keyText !== undefined ? given.secretOf(keyText) : undefined;
    return {
      id,
      enabled,
      ...(baseUrl !== undefined && { baseUrl: baseUrl.replace(/\/+$/, '') }),
      ...(secret !== undefined && { apiKey: secret }),
      ...(everyMinutes !== undefined && { everyMs: Math.round(everyMinutes * 60_000) }),
    };
  });
  return {
    live,
    sources,
    ...(file.overrides !== undefined && { overrides: resolve(given.directory, file.overrides) }),
    rates: Object.entries(file.rates ?? {}).map(([currency, perUsd]) => ({ currency, perUsd })),
  };
};
