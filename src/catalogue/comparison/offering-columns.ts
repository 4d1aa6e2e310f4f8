import type { ModelSlug, ProviderId } from '../../domain/ids.ts';
import type { PerfStat } from '../../domain/performance.ts';
import type { QualityScore } from '../../domain/quality.ts';
import type { Catalogue } from '../catalogue.ts';
import { type Measured, measuredOf } from './measured.ts';

/** Each of some values once, and which of them stands at each place. */
export type NumberedColumn<Value> = { readonly values: readonly Value[]; readonly numbers: Int32Array };

/** What comparisons look up of all offerings, by the place of an offering in the catalogue. */
export type OfferingColumns = {
  readonly models: NumberedColumn<ModelSlug>;
  readonly providers: NumberedColumn<ProviderId>;
  /** Of a model, by its number in `models`. */
  readonly scores: (model: number) => readonly QualityScore[];
  /** What sources measured, and what this server did. */
  readonly measured: (place: number, own: readonly PerfStat[]) => Measured;
};

/** Offerings that are looked at between two pauses. */
const SLICE = 1_000;

function* numbered<Value>(
  rows: number,
  valueAt: (place: number) => Value,
): Generator<void, NumberedColumn<Value>> {
  const numberOf = new Map<Value, number>();
  const numbers = new Int32Array(rows);
  for (let place = 0; place < rows; place += 1) {
    const value = valueAt(place);
    let number = numberOf.get(value);
    if (number === undefined) {
      number = numberOf.size;
      numberOf.set(value, number);
    }
    numbers[place] = number;
    if (place % SLICE === SLICE - 1) yield;
  }
  return { values: [...numberOf.keys()], numbers };
}

function* readColumns(catalogue: Catalogue): Generator<void, OfferingColumns> {
  const { offerings } = catalogue;
  const offeringAt = (place: number) => {
    const offering = offerings[place];
    if (offering === undefined) throw new Error('a catalogue has no offering at a place');
    return offering;
  };
  const models = yield* numbered(offerings.length, (place) => offeringAt(place).modelSlug);
  const scores: (readonly QualityScore[] | undefined)[] = models.values.map(() => undefined);
  const measured: (Measured | undefined)[] = offerings.map(() => undefined);
  const statsAt = (place: number): readonly PerfStat[] => catalogue.performanceOf(offeringAt(place).id);
  const providers = yield* numbered(offerings.length, (place) => offeringAt(place).providerId);
  return {
    models,
    providers,
    scores: (model) => {
      const slug = models.values[model];
      if (slug === undefined) return [];
      scores[model] ??= catalogue.qualityOf(slug);
      return scores[model];
    },
    measured: (place, own) => {
      if (own.length > 0) return measuredOf(own, statsAt(place));
      measured[place] ??= measuredOf(own, statsAt(place));
      return measured[place];
    },
  };
}

const known = new WeakMap<Catalogue, OfferingColumns>();

/** Read once for each catalogue. Yields where it may be interrupted. */
export function* readOfferingColumns(catalogue: Catalogue): Generator<void, OfferingColumns> {
  const columns = known.get(catalogue) ?? (yield* readColumns(catalogue));
  known.set(catalogue, columns);
  return columns;
}

/** The same without pauses. */
export const offeringColumns = (catalogue: Catalogue): OfferingColumns => {
  const reading = readOfferingColumns(catalogue);
  for (;;) {
    const step = reading.next();
    if (step.done) return step.value;
  }
};
