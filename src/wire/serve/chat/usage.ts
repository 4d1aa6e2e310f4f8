import type { Cost } from '../../../domain/cost.ts';
import type { JsonObject } from '../../../domain/json.ts';
import type { OperationRecord } from '../../../domain/operation-record.ts';
import { sumOfCosts } from '../../../domain/sum-costs.ts';
import { sumOfUsages, type Usage } from '../../../domain/usage.ts';
import { given } from '../../json-writing.ts';
import { answerFacts, usageCost, withUsageCost } from '../answer-facts.ts';
import { chatTokens } from '../chat-tokens.ts';
import { servedTier, TIER_WORDS } from '../service-tier.ts';

export type Records = readonly [OperationRecord, ...OperationRecord[]];

/** Of all answers together; not known where one is not. */
const totalUsage = (records: Records): Usage | undefined => {
  const [first] = records;
  if (records.length === 1) return first.usage;
  const all = records.flatMap(({ usage }) => (usage === undefined ? [] : [usage]));
  if (all.length < records.length) return undefined;
  return sumOfUsages(all);
};

const totalCost = (records: Records): Cost =>
  records.length === 1 ? records[0].cost : sumOfCosts(records.map(({ cost }) => cost));

/** `usage` with what it cost; absent where the provider did not say what was used. */
export const writeUsage = (records: Records): JsonObject | undefined => {
  const usage = totalUsage(records);
  return usage && { ...chatTokens(usage), ...usageCost(totalCost(records)) };
};

/** A provider's own `usage` with what it cost here, where that is known and the provider does not say itself what it charged. */
export const withCost = (usage: JsonObject, records: Records): JsonObject =>
  withUsageCost(usage, totalCost(records));

/** Several completions that make one answer, as if they were one. */
export const asOne = (records: Records): OperationRecord => {
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
export const writeTier = (record: OperationRecord): JsonObject => {
  const tier = servedTier(record);
  return given('service_tier', tier && TIER_WORDS[tier]);
};
