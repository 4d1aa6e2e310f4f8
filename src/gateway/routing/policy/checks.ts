import type { OrderKind, StrategyKind } from '../../../domain/route.ts';
import { FEATURES } from '../strategies/complexity/features.ts';
import { type WrittenFilter, writtenFilterProblem } from './filter-grammar.ts';
import type { WrittenPolicy, WrittenRule } from './grammar.ts';

/** What is wrong with a document: where, and what is taken there; without a full stop. */
export type PolicyIssue = { readonly path: readonly PropertyKey[]; readonly problem: string };

const TARGETS = ['model', 'offering', 'filter', 'route'] as const;

const filterIssues = (path: readonly PropertyKey[], filter: WrittenFilter | undefined): PolicyIssue[] => {
  const found = filter && writtenFilterProblem(filter);
  return found === undefined ? [] : [{ path: [...path, ...found.path], problem: found.problem }];
};

const ruleIssues = (path: readonly PropertyKey[], rule: WrittenRule, uses: Uses): readonly PolicyIssue[] => {
  const issues = filterIssues([...path, 'filter'], rule.filter);
  const given = TARGETS.filter((name) => rule[name] !== undefined);
  if (given.length !== 1)
    issues.push({
      path,
      problem: `takes exactly one of ${TARGETS.join(', ')}${given.length === 0 ? '' : `, not ${given.join(' and ')}`}`,
    });
  if (rule.upTo !== undefined && uses('COMPLEXITY') === undefined)
    issues.push({ path: [...path, 'upTo'], problem: 'goes with the strategy COMPLEXITY' });
  if (rule.when !== undefined && uses('CONDITIONAL') === undefined)
    issues.push({ path: [...path, 'when'], problem: 'goes with the strategy CONDITIONAL' });
  return issues;
};

/** Under which member a strategy stands, if it does. */
type Uses = (kind: StrategyKind) => 'strategy' | 'order' | undefined;

/** Members that say more of one strategy. */
const OF_STRATEGY = {
  balanced: 'BALANCED',
  qualityFloor: 'QUALITY_FLOOR',
  complexity: 'COMPLEXITY',
  split: 'SPLIT',
  race: 'RACE',
  hedge: 'HEDGE',
  sticky: 'STICKY',
} as const satisfies { readonly [member: string]: StrategyKind };

const FEATURE_NAMES: ReadonlySet<string> = new Set(FEATURES);

const OUTER: readonly StrategyKind[] = ['RACE', 'HEDGE', 'STICKY'];

const strategyIssues = (written: WrittenPolicy, uses: Uses): readonly PolicyIssue[] => {
  const issues: PolicyIssue[] = [];
  if (written.order !== undefined && !OUTER.includes(written.strategy))
    issues.push({ path: ['order'], problem: `goes with the strategies ${OUTER.join(', ')}` });
  for (const member of [
    'balanced',
    'qualityFloor',
    'complexity',
    'split',
    'race',
    'hedge',
    'sticky',
  ] as const)
    if (written[member] !== undefined && uses(OF_STRATEGY[member]) === undefined)
      issues.push({ path: [member], problem: `goes with the strategy ${OF_STRATEGY[member]}` });
  if (uses('QUALITY_FLOOR') !== undefined && written.qualityFloor === undefined)
    issues.push({
      path: ['qualityFloor'],
      problem: 'is missing; QUALITY_FLOOR takes a `benchmark` and its least `score`',
    });
  for (const name of Object.keys(written.complexity?.weights ?? {}))
    if (!FEATURE_NAMES.has(name))
      issues.push({
        path: ['complexity', 'weights', name],
        problem: `is no feature of prompts; there are ${FEATURES.join(', ')}`,
      });
  const { balanced } = written;
  if (balanced !== undefined && Object.values(balanced).every((weight) => (weight ?? 0) === 0))
    issues.push({ path: ['balanced'], problem: 'takes a weight above 0' });
  return issues;
};

/** What a list of candidates has to hold together. */
const drawnIssues = ({ candidates = [] }: WrittenPolicy, uses: Uses): readonly PolicyIssue[] => {
  const drawn = (['WEIGHTED', 'SPLIT'] satisfies OrderKind[]).find((kind) => uses(kind) !== undefined);
  if (drawn === undefined || candidates.length === 0) return [];
  return candidates.every(({ weight }) => weight === 0)
    ? [{ path: ['candidates'], problem: `takes a weight above 0 somewhere, for ${drawn}` }]
    : [];
};

const fallbackIssues = ({ fallback }: WrittenPolicy): readonly PolicyIssue[] => {
  const issues: PolicyIssue[] = [];
  for (const [index, rule] of (fallback?.candidates ?? []).entries()) {
    const path = ['fallback', 'candidates', index];
    for (const member of ['upTo', 'when'] as const)
      if (rule[member] !== undefined)
        issues.push({ path: [...path, member], problem: 'is not for fallbacks: they are tried as listed' });
    const { upTo: _upTo, when: _when, ...rest } = rule;
    issues.push(...ruleIssues(path, rest, () => undefined));
  }
  const { baseMs, maxMs } = fallback?.backoff ?? {};
  if (baseMs !== undefined && maxMs !== undefined && maxMs < baseMs)
    issues.push({ path: ['fallback', 'backoff', 'maxMs'], problem: 'takes at least `baseMs`' });
  return issues;
};

/** Each filter looks at all offerings that there are, and anybody may send some with a request. */
const MOST_FILTERS = 20;

const filterCountIssues = ({ candidates = [], fallback }: WrittenPolicy): readonly PolicyIssue[] => {
  const filters = [...candidates, ...(fallback?.candidates ?? [])].filter(
    ({ filter }) => filter !== undefined,
  );
  return filters.length <= MOST_FILTERS
    ? []
    : [{ path: ['candidates'], problem: `takes at most ${MOST_FILTERS} filters, fallbacks included` }];
};

/** What does not fit together, though each member by itself does. */
export const policyIssues = (written: WrittenPolicy, candidates: 'REQUIRED' | 'OPTIONAL'): PolicyIssue[] => {
  const uses: Uses = (kind) => {
    if (written.strategy === kind) return 'strategy';
    return written.order === kind ? 'order' : undefined;
  };
  return [
    ...(candidates === 'REQUIRED' && written.candidates === undefined
      ? [{ path: ['candidates'], problem: 'is missing; it takes a list' }]
      : []),
    ...(written.candidates ?? []).flatMap((rule, index) => ruleIssues(['candidates', index], rule, uses)),
    ...filterCountIssues(written),
    ...strategyIssues(written, uses),
    ...drawnIssues(written, uses),
    ...filterIssues(['require'], written.require),
    ...fallbackIssues(written),
  ];
};
