import { type CatalogueSettings, DEFAULT_POLL_MS } from '../../domain/catalogue-settings.ts';
import type { Secret } from '../../domain/secret.ts';
import type { CatalogueSource } from '../../ports/catalogue-source.ts';

/** Whether and how a source is read. */
export type PlannedSource =
  | {
      readonly kind: 'ON';
      readonly source: CatalogueSource;
      readonly everyMs: number;
      readonly baseUrl?: string;
      readonly apiKey?: Secret;
    }
  /** `reason`: what to set to have it. */
  | { readonly kind: 'OFF'; readonly source: CatalogueSource; readonly reason: string };

/** `secretOf` gives a credential from the environment; it is asked for sources that are wanted alone. */
export const planSource = (
  source: CatalogueSource,
  settings: CatalogueSettings,
  secretOf: (variable: string) => Secret | undefined,
): PlannedSource => {
  const own = settings.sources.find(({ id }) => id === source.id);
  const wanted = own?.enabled ?? (settings.live && source.byDefault);
  if (!wanted) {
    const named = `name it: MODELGRAPH_SOURCES=${source.id}, or catalogue.sources in the config file`;
    const reason =
      own !== undefined
        ? 'the configuration turns it off'
        : source.byDefault
          ? `set MODELGRAPH_SOURCES=on, or ${named}`
          : named;
    const key = source.key?.required === true ? `; it needs ${source.key.variable}` : '';
    return { kind: 'OFF', source, reason: `${reason}${key}` };
  }
  const apiKey = own?.apiKey ?? (source.key === undefined ? undefined : secretOf(source.key.variable));
  if (source.key?.required === true && apiKey === undefined)
    return { kind: 'OFF', source, reason: `set ${source.key.variable} to a key of your own` };
  return {
    kind: 'ON',
    source,
    everyMs: Math.max(own?.everyMs ?? DEFAULT_POLL_MS, source.minEveryMs ?? 0),
    ...(own?.baseUrl !== undefined && { baseUrl: own.baseUrl }),
    ...(apiKey !== undefined && { apiKey }),
  };
};
