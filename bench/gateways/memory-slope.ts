/** Straight lines through measurements of memory. */

export type Sample = { readonly atMs: number; readonly bytes: number };

export type Slope = { readonly mbPerMinute: number; readonly standardError: number };

const MB = 1_048_576;

/** Growth of less than this is none: it is what a heap's own sawing amounts to. */
const NEGLIGIBLE_MB_PER_MINUTE = 0.5;

/**
 * The mean of each `everyMs`: samples that follow each other closely are not independent, and would make the line seem surer
 * than it is.
 */
export const means = (samples: readonly Sample[], everyMs: number): readonly Sample[] => {
  const groups = Map.groupBy(samples, ({ atMs }) => Math.floor(atMs / everyMs));
  return [...groups.values()].map((group) => ({
    atMs: group.reduce((sum, { atMs }) => sum + atMs, 0) / group.length,
    bytes: group.reduce((sum, { bytes }) => sum + bytes, 0) / group.length,
  }));
};

/** By least squares; NaN where there are too few samples to say. */
export const slopeOf = (samples: readonly Sample[]): Slope => {
  const count = samples.length;
  const points = samples.map(({ atMs, bytes }) => ({ x: atMs / 60_000, y: bytes / MB }));
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / count;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / count;
  const spread = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  const mbPerMinute = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread;
  const rest = points.reduce((sum, { x, y }) => sum + (y - meanY - mbPerMinute * (x - meanX)) ** 2, 0);
  const standardError = count > 2 ? Math.sqrt(rest / (count - 2) / spread) : Number.NaN;
  return { mbPerMinute, standardError };
};

/** MB a minute of growth that two standard errors do not explain; 0 where they do, or where there is next to none. */
export const beyondNoise = ({ mbPerMinute, standardError }: Slope): number => {
  if (Number.isNaN(mbPerMinute) || Number.isNaN(standardError)) return Number.NaN;
  if (mbPerMinute < NEGLIGIBLE_MB_PER_MINUTE) return 0;
  return Math.max(0, mbPerMinute - 2 * standardError);
};
