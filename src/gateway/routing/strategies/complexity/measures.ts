/** Scores of examples, whether each is hard, and how much it counts; all in one order. */
export type Judged = {
  readonly scores: readonly number[];
  readonly hard: readonly boolean[];
  readonly counts: readonly number[];
};

/** How well predictions agree with labels; hard is 0.5 and more of either. */
export type Measures = {
  readonly accuracy: number;
  /** Of those that were called hard, the share that are. NaN where none was. */
  readonly precision: number;
  /** Of those that are hard, the share that was found. NaN where none is. */
  readonly recall: number;
  /** Chance that a hard one gets a higher figure than a simple one. NaN where one kind is missing. */
  readonly auc: number;
};

/** Chance that a positive outranks a negative, ties counted half. */
const aucOf = ({ scores, hard, counts }: Judged): number => {
  const order = scores.map((_score, index) => index).sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
  let [below, won, positives] = [0, 0, 0];
  let [hards, simples] = [0, 0];
  for (const [place, index] of order.entries()) {
    if (hard[index] === true) hards += counts[index] ?? 0;
    else simples += counts[index] ?? 0;
    // Equal scores are settled together.
    if (scores[order[place + 1] ?? -1] === scores[index]) continue;
    won += hards * (below + simples / 2);
    below += simples;
    positives += hards;
    [hards, simples] = [0, 0];
  }
  return won / (positives * below);
};

export const measuresOf = (judged: Judged): Measures => {
  let [all, right, called, found, hards] = [0, 0, 0, 0, 0];
  for (const [index, score] of judged.scores.entries()) {
    const count = judged.counts[index] ?? 0;
    const isHard = judged.hard[index] === true;
    const isCalled = score >= 0.5;
    all += count;
    if (isCalled === isHard) right += count;
    if (isCalled) called += count;
    if (isHard) hards += count;
    if (isCalled && isHard) found += count;
  }
  return { accuracy: right / all, precision: found / called, recall: found / hards, auc: aucOf(judged) };
};

/** Up to where prompts go to the cheap model, and what that costs a prompt. */
export type Threshold = {
  /** For the cheap rule's `upTo`. */
  readonly upTo: number;
  /** A prompt's mean cost, in what a simple prompt costs too much at the strong model. */
  readonly cost: number;
  readonly alwaysCheap: number;
  readonly alwaysStrong: number;
};

/**
 * The threshold that costs least. A simple prompt at the strong model costs 1 too much, a hard one at the cheap model
 * `missCost`.
 */
export const thresholdOf = ({ scores, hard, counts }: Judged, missCost: number): Threshold => {
  const order = scores.map((_score, index) => index).sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
  let [all, strong, cheap] = [0, 0, 0];
  for (const [index, isHard] of hard.entries()) {
    all += counts[index] ?? 0;
    if (isHard) cheap += missCost * (counts[index] ?? 0);
    else strong += counts[index] ?? 0;
  }
  let best = { upTo: 0, cost: strong };
  let cost = strong;
  for (const [place, index] of order.entries()) {
    cost += (hard[index] === true ? missCost : -1) * (counts[index] ?? 0);
    const score = scores[index] ?? 0;
    const next = scores[order[place + 1] ?? -1] ?? 1;
    if (next !== score && cost < best.cost) best = { upTo: (score + next) / 2, cost };
  }
  return { upTo: best.upTo, cost: best.cost / all, alwaysCheap: cheap / all, alwaysStrong: strong / all };
};
