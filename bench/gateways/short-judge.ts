/** How much worse than its committed figure one may be. */
export const TOLERATED = 1.25;
/** What is resident moves by so much for other reasons, in KB a stream: garbage that is not collected yet, and pages given back. */
const NOISE_KB = 30;

const limitOf = (name: string, committed: number, tolerated: number): number =>
  committed * tolerated + (name.endsWith('.kb') ? NOISE_KB : 0);

/** Ratios to the bare proxy, and kilobytes a stream where the name ends in `.kb`: less is better in all of them. */
export type Figures = Readonly<Record<string, number>>;

export type Worse = { readonly name: string; readonly was: number; readonly is: number; readonly by: number };

export type Judgement = {
  /** Worse than is tolerated, the worst first. */
  readonly worse: readonly Worse[];
  /** Committed, and not measured now: what is no longer measured is no longer guarded. */
  readonly missing: readonly string[];
  /** Measured, and not committed. */
  readonly unknown: readonly string[];
};

export const judgeShort = (committed: Figures, measured: Figures, tolerated = TOLERATED): Judgement => {
  const isMeasured = (name: string): boolean => Number.isFinite(measured[name]);
  const worse = Object.entries(committed).flatMap(([name, was]) => {
    const is = measured[name];
    return is !== undefined && is > limitOf(name, was, tolerated)
      ? [{ name, was, is, by: is / was - 1 }]
      : [];
  });
  return {
    worse: worse.toSorted((one, other) => other.by - one.by),
    missing: Object.keys(committed).filter((name) => !isMeasured(name)),
    unknown: Object.keys(measured).filter((name) => isMeasured(name) && !(name in committed)),
  };
};

export const isPassed = ({ worse, missing }: Judgement): boolean =>
  worse.length === 0 && missing.length === 0;

export const describeJudgement = ({ worse, missing, unknown }: Judgement): readonly string[] => [
  ...worse.map(
    ({ name, was, is, by }) =>
      `${name}: ${is.toFixed(2)}, ${Math.round(by * 100)} % worse than ${was.toFixed(2)}, which is committed; ${Math.round((TOLERATED - 1) * 100)} % are tolerated${name.endsWith('.kb') ? `, and ${NOISE_KB} KB` : ''}`,
  ),
  ...missing.map((name) => `${name}: committed, but not measured`),
  ...unknown.map((name) => `${name}: measured, but not committed: npm run bench:short -- --write`),
];

/**
 * The lower quartile over the rounds, by name: what else runs on the machine makes most rounds dearer, and the program
 * itself makes all of them so. A round that lacks a figure says nothing of it.
 */
export const lowerQuartiles = (rounds: readonly Figures[]): Figures => {
  const names = new Set(rounds.flatMap((round) => Object.keys(round)));
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const values = rounds
        .flatMap((round) => round[name] ?? [])
        .filter(Number.isFinite)
        .toSorted((one, other) => one - other);
      const quartile = values[Math.floor((values.length - 1) / 4)];
      return quartile === undefined ? [] : [[name, quartile]];
    }),
  );
};

/** The dearest pass, by name: of two starts of one and the same server, one is by a tenth dearer than the other, for as long as it runs. */
export const dearest = (passes: readonly Figures[]): Figures => {
  const most: Record<string, number> = {};
  for (const pass of passes)
    for (const [name, value] of Object.entries(pass)) most[name] = Math.max(most[name] ?? value, value);
  return most;
};
