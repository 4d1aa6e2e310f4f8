import type { CompletionRecord } from '../../../domain/completion-record.ts';
import { type Cost, linesWithCurrency } from '../../../domain/cost.ts';
import type { JsonObject, JsonValue } from '../../../domain/json.ts';
import { ZERO } from '../../../domain/money.ts';
import { sumOfUsages, type Usage } from '../../../domain/usage.ts';
import { given } from '../../json-writing.ts';
import { answerFacts, usageCost } from '../answer-facts.ts';
import { chatTokens } from '../chat-tokens.ts';
import { servedTier, TIER_WORDS } from '../service-tier.ts';

export type Records = readonly [CompletionRecord, ...CompletionRecord[]];

/** Of all answers together; not known where one is not. */
const totalUsage = (records: Records): Usage | undefined => {
  const [first] = records;
  if (records.length === 1) return first.usage;
  const all = records.flatMap(({ usage }) => (usage === undefined ? [] : [usage]));
  if (all.length < records.length) return undefined;
  return sumOfUsages(all);
};

const plus = (one: Cost, other: Cost): Cost => {
  if (one.kind === 'UNPRICED' || other.kind === 'FREE') return one;
  if (other.kind === 'UNPRICED' || one.kind === 'FREE') return other;
  if (one.currency === other.currency)
    return {
      kind: 'PRICED',
      lines: [...one.lines, ...other.lines],
      total: one.total.plus(other.total).plus(ZERO),
      currency: one.currency,
    };
  const lines = [...linesWithCurrency(one), ...linesWithCurrency(other)];
  return { kind: 'UNPRICED', reason: 'MIXED_CURRENCIES', lines, missing: [] };
};

const totalCost = ([first, ...rest]: Records): Cost =>
  rest.reduce((sum, { cost }) => plus(sum, cost), first.cost);

/** `usage` with what it cost; absent where the provider did not say what was used. */
export const writeUsage = (records: Records): JsonObject | undefined => {
  const usage = totalUsage(records);
  return usage && { ...chatTokens(usage), ...usageCost(totalCost(records)) };
};

/** A provider's own `usage` with what it cost here, where that is known. */
export const withCost = (usage: JsonObject, records: Records): JsonObject => {
  const { cost, cost_currency: currency } = usageCost(totalCost(records));
  const counted: { [name: string]: JsonValue } = { ...usage };
  if (cost !== undefined) counted.cost = cost;
  if (currency !== undefined) counted.cost_currency = currency;
  return counted;
};

/** Several completions that make one answer, as if they were one. */
export const asOne = (records: Records): CompletionRecord => {
  const [first] = records;
  if (records.length === 1) return first;
  const warnings = new Map(
    records.flatMap((record) => record.warnings.map((warning) => [JSON.stringify(warning), warning])),
  );
  return {
    ...first,
    attempts: records.flatMap(({ attempts }) => attempts),
    cost: totalCost(records),
    warnings: [...warnings.values()],
  };
};

/** The `modelgraph` object of an answer that several completions may have made. */
export const writeFacts = (records: Records): JsonObject => answerFacts(asOne(records));

/** The tier that the provider says it served, as a member. */
export const writeTier = (record: CompletionRecord): JsonObject => {
  const tier = servedTier(record);
  return given('service_tier', tier && TIER_WORDS[tier]);
};
