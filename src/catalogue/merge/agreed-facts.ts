import type { Capability, CountBounds, ModelFacts } from '../../domain/model.ts';

/** What at least one states and most of those that state it agree in; undefined where as many say otherwise. */
const majority = <Value>(values: readonly Value[], keyOf: (value: Value) => string): Value | undefined => {
  const groups = [...Map.groupBy(values, keyOf).values()].toSorted((one, other) => other.length - one.length);
  const [first, second] = groups;
  return first === undefined || first.length === second?.length ? undefined : first[0];
};

const stated = <Fact extends keyof ModelFacts>(
  list: readonly ModelFacts[],
  fact: Fact,
): readonly NonNullable<ModelFacts[Fact]>[] =>
  list.flatMap((facts) => {
    const value = facts[fact];
    return value === undefined || value === null ? [] : [value];
  });

const modalitiesKey = (list: readonly string[]): string => [...list].sort().join();

/** Whether all of those that state a size state the same. */
const agreed = (values: readonly number[]): number | undefined =>
  new Set(values).size === 1 ? values[0] : undefined;

/**
 * What offerings of a model agree in, for where nothing better is known of the model. Sizes are of all that state them or
 * none: a host that serves less says nothing of the model.
 */
export const agreedFacts = (offerings: readonly ModelFacts[]): ModelFacts => {
  const votes = new Map<Capability, number>();
  for (const { capabilities, lacks } of offerings) {
    for (const each of capabilities) votes.set(each, (votes.get(each) ?? 0) + 1);
    for (const each of lacks) votes.set(each, (votes.get(each) ?? 0) - 1);
  }
  const sizes = (size: keyof ModelFacts['limits']): readonly number[] =>
    offerings.flatMap(({ limits }) => limits[size] ?? []);
  const contextWindow = agreed(sizes('contextWindow'));
  const maxInputTokens = agreed(sizes('maxInputTokens'));
  const maxOutputTokens = agreed(sizes('maxOutputTokens'));
  const inputModalities = majority(stated(offerings, 'inputModalities'), modalitiesKey);
  const outputModalities = majority(stated(offerings, 'outputModalities'), modalitiesKey);
  const releaseDate = majority(stated(offerings, 'releaseDate'), (date) => date.toISOString());
  const knowledgeCutoff = majority(stated(offerings, 'knowledgeCutoff'), (text) => text);
  const openWeights = majority(stated(offerings, 'openWeights'), String);
  return {
    limits: {
      ...(contextWindow !== undefined && { contextWindow }),
      ...(maxInputTokens !== undefined && { maxInputTokens }),
      ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    },
    ...(inputModalities !== undefined && { inputModalities }),
    ...(outputModalities !== undefined && { outputModalities }),
    capabilities: [...votes].flatMap(([capability, count]) => (count > 0 ? [capability] : [])),
    lacks: [...votes].flatMap(([capability, count]) => (count < 0 ? [capability] : [])),
    ...(releaseDate !== undefined && { releaseDate }),
    ...(knowledgeCutoff !== undefined && { knowledgeCutoff }),
    ...(openWeights !== undefined && { openWeights }),
    // When one host ends it, the model has not ended.
    deprecated: false,
  };
};

/** The smallest and the largest context window that is known of a model and its offerings. */
export const contextBounds = (all: readonly ModelFacts[]): CountBounds | undefined => {
  const sizes = all.flatMap(({ limits }) => limits.contextWindow ?? []);
  return sizes.length === 0 ? undefined : { min: Math.min(...sizes), max: Math.max(...sizes) };
};
