import type { Catalogue } from '../../../src/catalogue/catalogue.ts';
import type { FxRate } from '../../../src/domain/fx.ts';
import { asModelSlug, asOfferingId, asProviderId } from '../../../src/domain/ids.ts';
import { type Model, NO_FACTS, type Offering } from '../../../src/domain/model.ts';
import type { PerfStat } from '../../../src/domain/performance.ts';
import type { Price } from '../../../src/domain/price.ts';
import type { ProviderInfo } from '../../../src/domain/provider.ts';
import type { QualityScore } from '../../../src/domain/quality.ts';

export const AT = new Date('2026-11-02T12:00:00Z');
export const provenance = { source: 'test', observedAt: new Date('2026-11-01T12:00:00Z') };

/** An offering with what a catalogue knows of it. */
export type Known = {
  readonly offering?: Partial<Offering>;
  readonly prices?: readonly Price[];
  readonly performance?: readonly PerfStat[];
  readonly quality?: readonly QualityScore[];
  readonly off?: boolean;
  readonly model?: Partial<Model>;
};

/** A catalogue of `host/<name>` offerings, each of a model of its own. */
export const catalogueOf = (
  known: { readonly [name: string]: Known },
  fx: readonly FxRate[] = [],
  providers: readonly ProviderInfo[] = [],
): Catalogue => {
  const rows = Object.entries(known).map(([name, facts]) => {
    const offering: Offering = {
      ...NO_FACTS,
      id: asOfferingId(`host/${name}`),
      providerId: asProviderId('host'),
      providerModelId: name,
      modelSlug: asModelSlug(`lab/${name}`),
      join: 'EXPLICIT',
      joinReason: 'Stated.',
      billing: 'METERED',
      provenance,
      ...facts.offering,
    };
    const model: Model = {
      ...NO_FACTS,
      slug: offering.modelSlug,
      name,
      lab: 'lab',
      provenance,
      ...facts.model,
    };
    return { ...facts, offering, model };
  });
  const byId = new Map(rows.map((row) => [row.offering.id, row]));
  const bySlug = new Map(rows.map((row) => [row.model.slug, row]));
  return {
    models: [...bySlug.values()].map(({ model }) => model),
    providers,
    offerings: rows.map(({ offering }) => offering),
    model: (slug) => bySlug.get(slug)?.model,
    provider: (id) => providers.find((provider) => provider.id === id),
    offering: (id) => byId.get(id)?.offering,
    offeringsOf: (slug) =>
      rows.filter(({ offering }) => offering.modelSlug === slug).map(({ offering }) => offering),
    pricesOf: (id) => byId.get(id)?.prices ?? [],
    observationsOf: () => [],
    disagreementOf: () => undefined,
    performanceOf: (id) => byId.get(id)?.performance ?? [],
    qualityOf: (slug) => bySlug.get(slug)?.quality ?? [],
    fx,
    quarantine: [],
    isOn: ({ id }) => byId.get(id)?.off !== true,
    resolve(name) {
      const found = bySlug.get(asModelSlug(name));
      return found === undefined
        ? { kind: 'UNKNOWN', suggestions: () => [] }
        : { kind: 'MODEL', model: found.model };
    },
    unlisted: () => undefined,
  };
};
