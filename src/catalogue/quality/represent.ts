import type { ModelSlug } from '../../domain/ids.ts';
import type { QualityScore } from '../../domain/quality.ts';
import { type ParsedSetting, parseSetting } from './setting.ts';

const parsed = new Map<string, ParsedSetting>();
/** Settings are few, and words of files that this server or its operator chose; live ones are bounded by what is kept. */
const MAX_PARSED = 5_000;
const parseOnce = (setting: string): ParsedSetting => {
  let found = parsed.get(setting);
  if (found === undefined) {
    found = parseSetting(setting);
    if (parsed.size < MAX_PARSED) parsed.set(setting, found);
  }
  return found;
};

type Unplaced = Omit<QualityScore, 'series' | 'represents'>;

/**
 * What makes scores comparable: who ran the benchmark, its version, and how it was run but for the reasoning effort. Runs
 * with little reasoning are apart from the others: a model that was run so alone is not the worse for it.
 */
export const seriesOf = ({ benchmark, version, setting, reportedBy, provenance }: Unplaced): string => {
  const { conditions, effort } = parseOnce(setting ?? '');
  return [
    `${provenance.source}:${benchmark}`,
    ...(version === undefined ? [] : [`@${version}`]),
    ...(conditions === '' ? [] : [`/${conditions}`]),
    ...(effort === 'LITTLE' ? [' (little reasoning)'] : []),
    ...(reportedBy === 'LAB' ? [' (lab)'] : []),
  ].join('');
};

/** The better score first. */
export const byMerit = (one: QualityScore, other: QualityScore): number =>
  one.lessIsBetter ? one.score - other.score : other.score - one.score;

/** One score for each series of a model: its best, so that each model is shown at the effort that suits it. */
export const oneEach = (scores: readonly QualityScore[]): readonly QualityScore[] => {
  const best = new Map<string, QualityScore>();
  for (const score of scores) {
    const known = best.get(score.series);
    if (known === undefined || byMerit(score, known) < 0) best.set(score.series, score);
  }
  return [...best.values()];
};

type Tally = { readonly independent: boolean; models: number; newest: string };

/**
 * The series that a benchmark's name means: an independent one before one of the labs, then the one that has most models,
 * then the newest.
 */
export const mainSeries = (
  models: ReadonlyMap<ModelSlug, readonly QualityScore[]>,
): ReadonlyMap<string, string> => {
  const tallies = new Map<string, Map<string, Tally>>();
  for (const scores of models.values())
    for (const { benchmark, series, reportedBy, date = '' } of scores) {
      const known = tallies.get(benchmark) ?? new Map<string, Tally>();
      tallies.set(benchmark, known);
      const tally = known.get(series) ?? { independent: reportedBy === 'INDEPENDENT', models: 0, newest: '' };
      known.set(series, tally);
      tally.models += 1;
      if (date > tally.newest) tally.newest = date;
    }
  return new Map(
    [...tallies].map(([benchmark, known]) => {
      const [first] = [...known].toSorted(
        ([name, one], [otherName, other]) =>
          Number(other.independent) - Number(one.independent) ||
          other.models - one.models ||
          (one.newest === other.newest ? (name < otherName ? -1 : 1) : one.newest > other.newest ? -1 : 1),
      );
      return [benchmark, first?.[0] ?? ''];
    }),
  );
};
