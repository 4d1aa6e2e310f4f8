import type { FailureCode } from '../../../domain/failure.ts';
import type { OfferingFilter } from '../../../domain/offering-filter.ts';
import { STRATEGIES, type StrategyKind } from '../../../domain/route.ts';
import { acceptProblem } from '../../answers/accept-expression.ts';
import { expressionProblem } from '../conditions/condition.ts';
import { FEATURES } from '../strategies/complexity/features.ts';
import { MAX_BUCKETS, MIN_BUCKETS, readNgrams } from '../strategies/complexity/ngrams.ts';
import { writtenFilterProblem } from './filter-grammar.ts';
import { OWN_MEMBERS, type WrittenPolicy, type WrittenRule } from './grammar.ts';

type Path = readonly PropertyKey[];

/** What is wrong with a document: where, and what is taken there; without a full stop. */
export type PolicyIssue = { readonly path: Path; readonly problem: string };
type Issues = Generator<PolicyIssue, void, undefined>;

/** Whether a strategy is used, be it as the order of another one. */
type Uses = (kind: StrategyKind) => boolean;

const TARGETS = ['model', 'offering', 'filter', 'route'] as const;
const OUTER: readonly StrategyKind[] = ['RACE', 'HEDGE', 'STICKY', 'CASCADE'];
/** Their candidates are tiers. */
const TIERED: readonly StrategyKind[] = ['COMPLEXITY', 'CASCADE'];
const DRAWN: readonly StrategyKind[] = ['WEIGHTED', 'SPLIT'];
const OWN: { readonly [Kind in StrategyKind]?: keyof WrittenPolicy } = OWN_MEMBERS;
const FEATURE_NAMES: ReadonlySet<string> = new Set(FEATURES);
/** Each filter looks at all offerings that there are, and anybody may send some with a request. */
const MAX_FILTERS = 20;

function* filterIssues(path: Path, filter: OfferingFilter | undefined): Issues {
  const found = filter && writtenFilterProblem(filter);
  if (found !== undefined) yield { path: [...path, ...found.path], problem: found.problem };
}

function* ruleIssues(path: Path, rule: WrittenRule): Issues {
  yield* filterIssues([...path, 'filter'], rule.filter);
  const problem = rule.when && expressionProblem(rule.when);
  if (problem !== undefined) yield { path: [...path, 'when', 'expression'], problem };
  const given = TARGETS.filter((name) => rule[name] !== undefined);
  if (given.length === 1) return;
  const not = given.length === 0 ? '' : `, not ${given.join(' and ')}`;
  yield { path, problem: `takes exactly one of ${TARGETS.join(', ')}${not}` };
}

/** Each candidate, and what they have to hold together. */
function* candidateIssues(
  { candidates = [], fallback, budget, canary, mirror }: WrittenPolicy,
  uses: Uses,
): Issues {
  for (const [index, rule] of candidates.entries()) {
    const path = ['candidates', index];
    yield* ruleIssues(path, rule);
    if (rule.upTo !== undefined && !uses('COMPLEXITY'))
      yield { path: [...path, 'upTo'], problem: 'goes with the strategy COMPLEXITY' };
    if (rule.ramp !== undefined && !DRAWN.some(uses))
      yield { path: [...path, 'ramp'], problem: `goes with the strategies ${DRAWN.join(', ')}` };
    if (rule.ramp !== undefined && rule.weight !== undefined)
      yield { path: [...path, 'weight'], problem: 'is left out where there is a `ramp`' };
  }
  const filters = [
    ...candidates,
    ...(fallback?.candidates ?? []),
    ...(fallback?.byFailure ?? []).flatMap((each) => each.candidates),
    ...(budget?.onBudgetShare?.candidates ?? []),
    ...(canary === undefined ? [] : [canary.candidate]),
    ...(mirror?.candidates ?? []),
  ].filter(({ filter }) => filter !== undefined);
  if (filters.length > MAX_FILTERS)
    yield { path: ['candidates'], problem: `takes at most ${MAX_FILTERS} filters, fallbacks included` };
  const drawn = DRAWN.find(uses);
  const isWeightless = ({ weight, ramp }: WrittenRule): boolean =>
    ramp === undefined ? weight === 0 : ramp.from === 0 && ramp.to === 0;
  if (drawn !== undefined && candidates.length > 0 && candidates.every(isWeightless))
    yield { path: ['candidates'], problem: `takes a weight above 0 somewhere, for ${drawn}` };
}

function* strategyIssues(written: WrittenPolicy, uses: Uses): Issues {
  const { strategy, order, qualityFloor, complexity, balanced, cascade, rising } = written;
  if (order !== undefined && !OUTER.includes(strategy))
    yield { path: ['order'], problem: `goes with the strategies ${OUTER.join(', ')}` };
  for (const kind of STRATEGIES) {
    const member = OWN[kind];
    if (member !== undefined && written[member] !== undefined && !uses(kind))
      yield { path: [member], problem: `goes with the strategy ${kind}` };
  }
  if (uses('QUALITY_FLOOR') && qualityFloor === undefined)
    yield {
      path: ['qualityFloor'],
      problem: 'is missing; QUALITY_FLOOR takes a `benchmark` and its least `score`',
    };
  for (const name of Object.keys(complexity?.weights ?? {}))
    if (!FEATURE_NAMES.has(name))
      yield {
        path: ['complexity', 'weights', name],
        problem: `is no feature of prompts; there are ${FEATURES.join(', ')}`,
      };
  if (complexity?.ngrams !== undefined && readNgrams(complexity.ngrams) === undefined)
    yield {
      path: ['complexity', 'ngrams', 'weights'],
      problem: `takes the base64 of a power of two of bytes, ${MIN_BUCKETS} to ${MAX_BUCKETS}`,
    };
  if ((cascade?.minCharacters ?? 0) > (cascade?.maxCharacters ?? Number.POSITIVE_INFINITY))
    yield { path: ['cascade', 'maxCharacters'], problem: 'takes at least `minCharacters`' };
  const problem = cascade?.accept && acceptProblem(cascade.accept);
  if (problem !== undefined) yield { path: ['cascade', 'accept'], problem };
  if (rising !== undefined && !TIERED.some(uses))
    yield { path: ['rising'], problem: `goes with the strategies ${TIERED.join(', ')}` };
  if (balanced !== undefined && Object.values(balanced).every((weight) => weight === 0))
    yield { path: ['balanced'], problem: 'takes a weight above 0' };
}

/** Rules that are tried as listed. */
function* listedIssues(within: Path, rules: readonly WrittenRule[], whose: string): Issues {
  for (const [index, rule] of rules.entries()) {
    const path = [...within, index];
    for (const member of ['upTo', 'ramp'] as const)
      if (rule[member] !== undefined)
        yield { path: [...path, member], problem: `is not for ${whose}: they are tried as listed` };
    yield* ruleIssues(path, rule);
  }
}

function* canaryIssues({ canary }: WrittenPolicy): Issues {
  if (canary === undefined) return;
  const path = ['canary', 'candidate'];
  for (const member of ['upTo', 'ramp', 'weight'] as const)
    if (canary.candidate[member] !== undefined)
      yield {
        path: [...path, member],
        problem: 'is not for a canary: its `share` or `ramp` says what it gets',
      };
  yield* ruleIssues(path, canary.candidate);
}

function* fallbackIssues({ fallback = {} }: WrittenPolicy): Issues {
  const { candidates = [], byFailure = [], backoff = {} } = fallback;
  yield* listedIssues(['fallback', 'candidates'], candidates, 'fallbacks');
  const seen = new Set<FailureCode>();
  for (const [place, { on, candidates: rules }] of byFailure.entries()) {
    const path = ['fallback', 'byFailure', place];
    for (const [index, code] of on.entries()) {
      if (seen.has(code)) yield { path: [...path, 'on', index], problem: `says ${code} a second time` };
      seen.add(code);
    }
    yield* listedIssues([...path, 'candidates'], rules, 'fallbacks');
  }
  const { baseMs, maxMs } = backoff;
  if (baseMs !== undefined && maxMs !== undefined && maxMs < baseMs)
    yield { path: ['fallback', 'backoff', 'maxMs'], problem: 'takes at least `baseMs`' };
}

/** Members that need a name to keep count under. */
const OF_SAVED_ROUTES = ['budget', 'canary', 'mirror'] as const satisfies readonly (keyof WrittenPolicy)[];

function* budgetIssues({ budget }: WrittenPolicy): Issues {
  const candidates = budget?.onBudgetShare?.candidates ?? [];
  yield* listedIssues(['budget', 'onBudgetShare', 'candidates'], candidates, 'cheaper candidates');
}

/** What does not fit together, though each member by itself does. */
export function* policyIssues(written: WrittenPolicy, candidates: 'REQUIRED' | 'OPTIONAL'): Issues {
  const uses: Uses = (kind) => written.strategy === kind || written.order === kind;
  if (candidates === 'REQUIRED' && written.candidates === undefined)
    yield { path: ['candidates'], problem: 'is missing; it takes a list' };
  yield* candidateIssues(written, uses);
  yield* strategyIssues(written, uses);
  yield* filterIssues(['require'], written.require);
  yield* fallbackIssues(written);
  yield* budgetIssues(written);
  yield* canaryIssues(written);
  yield* listedIssues(['mirror', 'candidates'], written.mirror?.candidates ?? [], 'mirrors');
  if (candidates === 'OPTIONAL')
    for (const member of OF_SAVED_ROUTES)
      if (written[member] !== undefined)
        yield {
          path: [member],
          problem: 'is for saved routes alone: give the policy a name with `saveRoute`, or under `routes`',
        };
}
