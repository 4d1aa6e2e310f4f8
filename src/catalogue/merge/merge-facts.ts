import { type Capability, type ModelFacts, NO_FACTS } from '../../domain/model.ts';
import type { SourceFacts } from '../../ports/catalogue-source.ts';

const dateOf = (text: string | undefined): Date | undefined => {
  if (text === undefined) return undefined;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? undefined : date;
};

const countOf = (value: number | undefined): number | undefined =>
  value !== undefined && Number.isSafeInteger(value) && value > 0 ? value : undefined;

/** Facts in exact terms, what cannot be read left out. */
export const factsOf = (stated: SourceFacts): ModelFacts => {
  const releaseDate = dateOf(stated.releaseDate);
  const retiresAt = dateOf(stated.retiresAt);
  const contextWindow = countOf(stated.limits?.contextWindow);
  const maxInputTokens = countOf(stated.limits?.maxInputTokens);
  const maxOutputTokens = countOf(stated.limits?.maxOutputTokens);
  const { inputModalities, outputModalities, knowledgeCutoff, openWeights } = stated;
  return {
    limits: {
      ...(contextWindow === undefined ? {} : { contextWindow }),
      ...(maxInputTokens === undefined ? {} : { maxInputTokens }),
      ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    },
    ...(inputModalities === undefined ? {} : { inputModalities }),
    ...(outputModalities === undefined ? {} : { outputModalities }),
    capabilities: stated.capabilities ?? [],
    lacks: stated.lacks ?? [],
    ...(releaseDate === undefined ? {} : { releaseDate }),
    ...(knowledgeCutoff === undefined ? {} : { knowledgeCutoff }),
    ...(openWeights === undefined ? {} : { openWeights }),
    ...(retiresAt === undefined ? {} : { retiresAt }),
    deprecated: stated.deprecated ?? false,
  };
};

const firstOf = <Fact extends keyof ModelFacts>(
  list: readonly ModelFacts[],
  fact: Fact,
): ModelFacts[Fact] | undefined => list.find((facts) => facts[fact] !== undefined)?.[fact];

/** Facts of one thing from several sources, the most trusted first: fact by fact, the first that states it. */
export const mergeFacts = (list: readonly ModelFacts[]): ModelFacts => {
  const [only, ...others] = list;
  if (only === undefined) return NO_FACTS;
  if (others.length === 0) return only;
  const has = new Map<Capability, boolean>();
  for (const { capabilities, lacks } of list) {
    for (const capability of capabilities) if (!has.has(capability)) has.set(capability, true);
    for (const capability of lacks) if (!has.has(capability)) has.set(capability, false);
  }
  const inputModalities = firstOf(list, 'inputModalities');
  const outputModalities = firstOf(list, 'outputModalities');
  const releaseDate = firstOf(list, 'releaseDate');
  const knowledgeCutoff = firstOf(list, 'knowledgeCutoff');
  const openWeights = firstOf(list, 'openWeights');
  const retiresAt = firstOf(list, 'retiresAt');
  return {
    limits: Object.assign({}, ...list.map(({ limits }) => limits).toReversed()),
    ...(inputModalities === undefined ? {} : { inputModalities }),
    ...(outputModalities === undefined ? {} : { outputModalities }),
    capabilities: [...has].flatMap(([capability, stated]) => (stated ? [capability] : [])),
    lacks: [...has].flatMap(([capability, stated]) => (stated ? [] : [capability])),
    ...(releaseDate === undefined ? {} : { releaseDate }),
    ...(knowledgeCutoff === undefined ? {} : { knowledgeCutoff }),
    ...(openWeights === undefined ? {} : { openWeights }),
    ...(retiresAt === undefined ? {} : { retiresAt }),
    deprecated: list.some(({ deprecated }) => deprecated),
  };
};

/** An offering's facts, and those of its model where nothing is known of it there. When a host ends it is its own matter. */
export const withModelFacts = (offering: ModelFacts, model: ModelFacts | undefined): ModelFacts => {
  if (model === undefined) return offering;
  const { retiresAt: _, ...lasting } = model;
  return mergeFacts([offering, { ...lasting, deprecated: false }]);
};
