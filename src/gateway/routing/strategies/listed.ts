import { isOpen } from '../../../catalogue/price-selection.ts';
import type { CandidateRule, RouteCondition } from '../../../domain/route.ts';
import type { Barred } from '../candidate.ts';
import type { OrderStrategy, Ranked } from './order.ts';

/** As listed. */
export const priority: OrderStrategy<'PRIORITY'> = (candidates, _order, _context, most) => ({
  ranked: candidates.slice(0, most).map((candidate) => ({ candidate })),
  leftOut: [],
});

/** What conditions are about. */
export type ConditionFacts = {
  readonly metadata: { readonly [name: string]: string } | undefined;
  /** The caller's own end-user id. */
  readonly user: string | undefined;
  /** Where the request comes from, as it says itself. */
  readonly region: string | undefined;
  readonly at: Date;
  /** ISO 639-1; worked out only where a condition asks for it. */
  language(): string | undefined;
};

const isAmong = (values: readonly string[], value: string | undefined): boolean => {
  const wanted = value?.toLowerCase();
  return wanted !== undefined && values.some((one) => one.toLowerCase() === wanted);
};

/** `zh-CN` is `zh`. */
const speaks = (languages: readonly string[], language: string | undefined): boolean =>
  isAmong(
    languages.map((tag) => tag.split(/[-_]/, 1)[0] ?? tag),
    language,
  );

/** Whether everything that a condition asks is so. What the request does not say is not so. */
export const conditionHolds = (condition: RouteCondition, facts: ConditionFacts): boolean => {
  const { metadata, users, regions, time, languages } = condition;
  if (metadata !== undefined)
    for (const [name, values] of Object.entries(metadata)) {
      const value =
        facts.metadata !== undefined && Object.hasOwn(facts.metadata, name)
          ? facts.metadata[name]
          : undefined;
      if (value === undefined || !values.includes(value)) return false;
    }
  return (
    (users === undefined || (facts.user !== undefined && users.includes(facts.user))) &&
    (regions === undefined || isAmong(regions, facts.region)) &&
    (time === undefined || isOpen(time, facts.at)) &&
    (languages === undefined || speaks(languages, facts.language()))
  );
};

const holdsNot = (): string => 'The condition of its rule does not hold now.';

/** As listed, those whose rule has no condition or one that holds. */
export const conditional: OrderStrategy<'CONDITIONAL'> = (candidates, _order, context) => {
  const ranked: Ranked[] = [];
  const leftOut: Barred[] = [];
  let rule: CandidateRule | undefined;
  let holds = true;
  for (const candidate of candidates) {
    // Candidates of one rule stand beside each other: what it asks is looked at once.
    if (candidate.rule !== rule) {
      rule = candidate.rule;
      holds = rule.when === undefined || context.holds(rule.when);
    }
    if (holds) ranked.push({ candidate });
    else leftOut.push({ candidate, reason: 'CONDITION', detail: holdsNot });
  }
  return { ranked, leftOut };
};
