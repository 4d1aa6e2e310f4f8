import type { ModelSlug } from '../../domain/ids.ts';
import type { PerfStat } from '../../domain/performance.ts';
import { statedAtOf, type UnboundPrice } from '../../domain/price.ts';
import type { Identities } from '../identity/identities.ts';
import type { Joined } from '../identity/joined.ts';
import { knownProvider } from '../identity/labs.ts';
import { splitSlug } from '../identity/model-index.ts';
import { OPINION_RANK } from '../source-precedence.ts';
import { type Draft, type Origin, provenanceOf } from './draft.ts';
import { groupKeyOf, rowOf } from './price-group.ts';
import type { Statement } from './statement.ts';

/** What lists of scores say in passing of a model at its own lab. */
export type LabOpinion = {
  readonly source: string;
  readonly performance: readonly PerfStat[];
  readonly rows: readonly UnboundPrice[];
};

/** By model. A list knows models by names alone: those that mean no model, or several, are left out. */
export const labOpinions = (
  origins: readonly Origin[],
  identities: Identities,
): ReadonlyMap<ModelSlug, readonly LabOpinion[]> => {
  const opinions = new Map<ModelSlug, LabOpinion[]>();
  for (const origin of origins)
    for (const { identity, performance = [], prices = [] } of origin.dated.reading.scores) {
      if (performance.length === 0 && prices.length === 0) continue;
      const slug = identities.ofScores(identity);
      if (slug === undefined) continue;
      const provenance = provenanceOf(origin);
      const list = opinions.get(slug) ?? [];
      list.push({
        source: origin.dated.sourceId,
        performance: performance.map((stat) => ({ ...stat, provenance })),
        rows: prices.flatMap((price) => {
          const row = rowOf(price, provenance, slug.slice(0, slug.indexOf('/')));
          return 'refused' in row || row.amount.isZero() ? [] : [row];
        }),
      });
      opinions.set(slug, list);
    }
  return opinions;
};

/** Whether the offering is the model's lab's own: what a list says of a model is said of no other. */
export const isLabsOwn = ({ info, seedId }: Draft, { slug, join }: Joined): boolean =>
  info.kind === 'LAB' && join === 'EXPLICIT' && knownProvider(seedId)?.lab === splitSlug(slug).lab;

/** Adds to what is said of groups that others state too what such a list says: seen beside them, and never served. */
export const withOpinions = (
  statements: ReadonlyMap<string, readonly Statement[]>,
  opinions: readonly LabOpinion[],
): ReadonlyMap<string, readonly Statement[]> => {
  if (opinions.length === 0) return statements;
  const all = new Map(statements);
  for (const { source, rows } of opinions)
    for (const row of rows) {
      const key = groupKeyOf(row);
      const known = all.get(key);
      if (known !== undefined && !known.some((statement) => statement.source === source))
        all.set(key, [
          ...known,
          { source, rank: OPINION_RANK, rows: [row], day: statedAtOf(row.provenance).getTime() },
        ]);
    }
  return all;
};
