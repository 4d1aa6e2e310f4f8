import type { RouteCandidate } from '../../candidate.ts';
import { byScore } from '../by-score.ts';
import { type OrderStrategy, type Ranked, rankedAt, scorePart } from '../order.ts';

/** Features that an explanation names: those that decided. */
const MAX_TOLD = 3;

const reachOf = ({ rule }: RouteCandidate): number => rule.upTo ?? 1;

/** Rules of a list of candidates, for as long as it stands. */
type Rules = {
  /** The hardest prompts that each is for. */
  readonly reaches: Float64Array;
  /** The place of a candidate's rule among them, by its `index`. */
  readonly ruleOf: Int32Array;
};

const known = new WeakMap<readonly RouteCandidate[], Rules>();

const rulesOf = (candidates: readonly RouteCandidate[]): Rules => {
  const found = known.get(candidates);
  if (found !== undefined) return found;
  let size = 0;
  for (const { index } of candidates) size = Math.max(size, index + 1);
  const ruleOf = new Int32Array(size);
  const reaches: number[] = [];
  let group = Number.NaN;
  for (const candidate of candidates) {
    if (candidate.group !== group) reaches.push(reachOf(candidate));
    group = candidate.group;
    ruleOf[candidate.index] = reaches.length - 1;
  }
  const rules = { reaches: Float64Array.from(reaches), ruleOf };
  known.set(candidates, rules);
  return rules;
};

/** Rules in the order in which they are used, as ranks: the least one that is strong enough, stronger ones, then weaker ones. */
const ranksOf = (reaches: Float64Array, complexity: number): Int32Array => {
  // Anything that is weaker comes after all that reach 1.
  const keys = reaches.map((reach) => (reach >= complexity ? reach : 2 - reach));
  const ranks = new Int32Array(reaches.length);
  for (const [rank, place] of byScore(keys).entries()) ranks[place] = rank;
  return ranks;
};

/** The candidates of the first ranks that hold `most`, as listed, and where each rank begins among them in order. */
const inRules = (
  candidates: readonly RouteCandidate[],
  ruleOf: Int32Array,
  ranks: Int32Array,
  most = candidates.length,
): { readonly members: readonly RouteCandidate[]; readonly starts: Int32Array } => {
  const rankOf = ({ index }: RouteCandidate): number => ranks[ruleOf[index] ?? 0] ?? 0;
  const starts = new Int32Array(ranks.length + 1);
  for (const candidate of candidates) {
    const next = rankOf(candidate) + 1;
    starts[next] = (starts[next] ?? 0) + 1;
  }
  let last = ranks.length;
  for (let rank = 1; rank < starts.length; rank++) {
    starts[rank] = (starts[rank] ?? 0) + (starts[rank - 1] ?? 0);
    if ((starts[rank] ?? 0) >= most) last = Math.min(last, rank);
  }
  const members =
    last === ranks.length ? candidates : candidates.filter((candidate) => rankOf(candidate) < last);
  return { members, starts };
};

/** The weakest that are strong enough first; of one rule the cheapest, and then those without a known price. */
export const complexity: OrderStrategy<'COMPLEXITY'> = (candidates, { model }, context, most) => {
  const { complexity: hardness, contributions } = context.judge(model);
  const { reaches, ruleOf } = rulesOf(context.all ?? candidates);
  const ranks = ranksOf(reaches, hardness);
  const { members, starts } = inRules(candidates, ruleOf, ranks, most);
  const costs = new Float64Array(members.length);
  for (let place = 0; place < members.length; place++) {
    const candidate = members[place];
    const cost = candidate === undefined ? Number.NaN : context.costOf(candidate);
    costs[place] = Number.isNaN(cost) ? Number.POSITIVE_INFINITY : cost;
  }
  const order = new Int32Array(members.length);
  for (const place of byScore(costs)) {
    const rank = ranks[ruleOf[members[place]?.index ?? 0] ?? 0] ?? 0;
    const slot = starts[rank] ?? 0;
    order[slot] = place;
    starts[rank] = slot + 1;
  }
  function parts(this: Ranked) {
    return [
      scorePart('complexity', hardness),
      ...contributions()
        .slice(0, MAX_TOLD)
        .map(({ feature, value }) => scorePart(`complexity.${feature}`, value)),
      scorePart('upTo', reachOf(this.candidate)),
      scorePart('cost', context.costOf(this.candidate)),
    ];
  }
  return { ranked: rankedAt(order, members, (candidate) => ({ candidate, parts })), leftOut: [] };
};
