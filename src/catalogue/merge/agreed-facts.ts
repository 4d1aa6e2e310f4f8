import type { Capability, CountBounds, Limits, ModelFacts } from '../../domain/model.ts';

/** What at least one states and most of those that state it agree in; undefined where as many say otherwise. */
const majority = <Value>(values: readonly Value[], keyOf: (value: Value) => string): Value | undefined => {
  if (values.length < 2) return values[0];
  const groups = [...Map.groupBy(values, keyOf).values()].toSorted((one, other) => other.length - one.length);
  const [first, second] = groups;
  return first === undefined || first.length === second?.length ? undefined : first[0];
};

const stated = <Fact extends keyof ModelFacts>(
  list: readonly ModelFacts[],
  fact: Fact,
): readonly NonNullable<ModelFacts[Fact]>[] => {
  const values: NonNullable<ModelFacts[Fact]>[] = [];
  for (const { [fact]: value } of list) if (value !== undefined && value !== null) values.push(value);
  return values;
};

const modalitiesKey = (list: readonly string[]): string => [...list].sort().join();

/** The size that all of those state that state one. */
const agreedSize = (offerings: readonly ModelFacts[], size: keyof Limits): number | undefined => {
  let agreed: number | undefined;
  for (const { limits } of offerings) {
    const stated = limits[size];
    if (stated === undefined) continue;
    if (agreed !== undefined && agreed !== stated) return undefined;
    agreed = stated;
  }
  return agreed;
};

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
  const contextWindow = agreedSize(offerings, 'contextWindow');
  const maxInputTokens = agreedSize(offerings, 'maxInputTokens');
  const maxOutputTokens = agreedSize(offerings, 'maxOutputTokens');
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
  let min = Number.POSITIVE_INFINITY;
  let max = 0;
  for (const { limits } of all) {
    const { contextWindow } = limits;
    if (contextWindow === undefined) continue;
    if (contextWindow < min) min = contextWindow;
    if (contextWindow > max) max = contextWindow;
  }
  return max === 0 ? undefined : { min, max };
};
