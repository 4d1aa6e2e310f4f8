import type { CanaryLimits, CanaryReason } from '../../../domain/route.ts';

/** What is known of one call; what is absent was not measured. */
export type CallSample = {
  readonly atMs: number;
  readonly hasFailed: boolean;
  readonly ttftMs?: number;
  readonly outputTps?: number;
  readonly costUsd?: number;
};

export type Verdict = { readonly reason: CanaryReason; readonly detail: string };

/**
 * Of two-sided 99 %: a canary is judged again with each of its calls, and each time may be the one by chance in which it
 * looks worse than it is.
 */
const Z = 2.576;

/** The least share that so many of so many speak for (Wilson). */
export const leastShare = (some: number, all: number): number => {
  if (all === 0) return 0;
  const share = some / all;
  const z2 = Z * Z;
  const centre = share + z2 / (2 * all);
  const margin = Z * Math.sqrt((share * (1 - share) + z2 / (4 * all)) / all);
  return Math.max(0, (centre - margin) / (1 + z2 / all));
};

/** Whether the first share is the greater one, and not by chance. */
const isGreater = (some: number, all: number, otherSome: number, otherAll: number): boolean => {
  const pooled = (some + otherSome) / (all + otherAll);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / all + 1 / otherAll));
  const difference = some / all - otherSome / otherAll;
  return error === 0 ? false : difference / error > Z;
};

/** Between which values the median lies, whatever the values are spread like; values in order. */
const medianBetween = (
  values: readonly number[],
): { readonly low: number; readonly middle: number; readonly high: number } => {
  const half = values.length / 2;
  const margin = (Z * Math.sqrt(values.length)) / 2;
  const at = (place: number): number => values[Math.min(values.length - 1, Math.max(0, place))] ?? Number.NaN;
  return {
    low: at(Math.floor(half - margin)),
    middle: at(Math.floor(half)),
    high: at(Math.ceil(half + margin)),
  };
};

type Measure = 'ttftMs' | 'outputTps' | 'costUsd';

const inOrder = (samples: readonly CallSample[], measure: Measure): readonly number[] =>
  samples.flatMap((sample) => sample[measure] ?? []).sort((one, other) => one - other);

export const medianOf = (samples: readonly CallSample[], measure: Measure): number | undefined => {
  const values = inOrder(samples, measure);
  return values.length === 0 ? undefined : medianBetween(values).middle;
};

const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;
const short = (value: number): string => `${Number(value.toPrecision(3))}`;

/** Whether a median is surely above so many times that of the others, or below. */
const offBy = (
  canary: readonly CallSample[],
  others: readonly CallSample[],
  measure: Measure,
  ratio: number | undefined,
  minSamples: number,
  way: 'ABOVE' | 'BELOW',
): string | undefined => {
  if (ratio === undefined) return undefined;
  const [own, other] = [inOrder(canary, measure), inOrder(others, measure)];
  if (own.length < minSamples || other.length < minSamples) return undefined;
  const [one, two] = [medianBetween(own), medianBetween(other)];
  const isOff = way === 'ABOVE' ? one.low > ratio * two.high : one.high < ratio * two.low;
  return isOff ? `${short(one.middle)}, ${short(two.middle)} elsewhere` : undefined;
};

/** Why a canary is worse than it may be; undefined: it is not, or too little is known. */
export const judgeCanary = (
  canary: readonly CallSample[],
  others: readonly CallSample[],
  { errorRate, ttftRatio, tpsRatio, costRatio }: CanaryLimits,
  minSamples: number,
): Verdict | undefined => {
  if (canary.length < minSamples || others.length < minSamples) return undefined;
  if (errorRate !== undefined) {
    const failed = canary.filter(({ hasFailed }) => hasFailed).length;
    const elsewhere = others.filter(({ hasFailed }) => hasFailed).length;
    if (
      leastShare(failed, canary.length) > errorRate &&
      isGreater(failed, canary.length, elsewhere, others.length)
    )
      return {
        reason: 'ERROR_RATE',
        detail: `${failed} of ${canary.length} calls failed (${percent(failed / canary.length)}), ${percent(elsewhere / others.length)} elsewhere.`,
      };
  }
  const slow = offBy(canary, others, 'ttftMs', ttftRatio, minSamples, 'ABOVE');
  if (slow !== undefined)
    return { reason: 'TTFT', detail: `Its median time to the first token in ms: ${slow}.` };
  const lame = offBy(canary, others, 'outputTps', tpsRatio, minSamples, 'BELOW');
  if (lame !== undefined) return { reason: 'OUTPUT_TPS', detail: `Its median of tokens a second: ${lame}.` };
  const dear = offBy(canary, others, 'costUsd', costRatio, minSamples, 'ABOVE');
  if (dear !== undefined)
    return { reason: 'COST', detail: `Its median cost of a call in US dollars: ${dear}.` };
  return undefined;
};
