import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { stringify } from 'yaml';

const root = resolve(
  import.meta.dirname,
  '../..',
  process.env.MODELGRAPH_CATALOGUE_SAMPLES ?? '../shared/catalogue-samples',
);

export const hasCatalogueSamples = existsSync(root);

/** The title of a suite that needs the samples, with the way to get them where they are missing. */
export const titleWithSamples = (title: string): string =>
  hasCatalogueSamples
    ? title
    : `${title} (skipped: the samples are not here; set MODELGRAPH_CATALOGUE_SAMPLES to their folder)`;

export const sampleText = (name: string): string => readFileSync(resolve(root, name), 'utf8');

const sample = (name: string): { readonly [key: string]: unknown } => JSON.parse(sampleText(name));
type Row = { readonly [key: string]: unknown };

/** The samples wrap what was collected; here they are given back the shape that the source itself has. */
export const liveBodies = {
  genaiPrices: () => ({ data: JSON.stringify(sample('genai-prices-0.1.8.json').providers) }),
  litellm: () => ({ prices: JSON.stringify(sample('litellm-prices-2026-08-01.json').models) }),
  aider: () => ({ leaderboard: stringify(sample('aider-polyglot.json').rows) }),
  portkey: (): { readonly [name: string]: string } => {
    const providers = sample('portkey-custom-pricing.json').providers as { readonly [name: string]: Row };
    return Object.fromEntries(
      Object.entries(providers).map(([name, models]) => [
        name,
        JSON.stringify(
          Object.fromEntries(Object.entries(models).map(([id, custom]) => [id, { custom_pricing: custom }])),
        ),
      ]),
    );
  },
  modelsDev: () => {
    const { providers, offerings } = sample('models.dev-offerings.json') as {
      readonly providers: { readonly [id: string]: Row };
      readonly offerings: readonly Row[];
    };
    const list: { [id: string]: Row & { models: { [id: string]: Row } } } = {};
    for (const [id, provider] of Object.entries(providers)) list[id] = { id, ...provider, models: {} };
    for (const { p, in: input, out: output, base_guess: _, ...row } of offerings) {
      const provider = list[String(p)];
      if (provider !== undefined) provider.models[String(row.id)] = { ...row, modalities: { input, output } };
    }
    const { models } = sample('models.dev-base-models.json');
    return { api: JSON.stringify(list), catalog: JSON.stringify({ models, providers: {} }) };
  },
};
