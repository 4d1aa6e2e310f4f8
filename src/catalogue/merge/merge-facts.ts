import { type Capability, type Limits, type ModelFacts, NO_FACTS } from '../../domain/model.ts';
import type { SourceFacts } from '../../ports/catalogue-source.ts';

type Writable<Members> = { -readonly [Name in keyof Members]: Members[Name] };

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
  const { inputModalities, outputModalities, knowledgeCutoff, openWeights, licence } = stated;
  const facts: Writable<ModelFacts> = {
    limits: {
      ...(contextWindow === undefined ? {} : { contextWindow }),
      ...(maxInputTokens === undefined ? {} : { maxInputTokens }),
      ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    },
    capabilities: stated.capabilities ?? NO_FACTS.capabilities,
    lacks: stated.lacks ?? NO_FACTS.lacks,
    deprecated: stated.deprecated ?? false,
  };
  if (inputModalities !== undefined) facts.inputModalities = inputModalities;
  if (outputModalities !== undefined) facts.outputModalities = outputModalities;
  if (releaseDate !== undefined) facts.releaseDate = releaseDate;
  if (knowledgeCutoff !== undefined) facts.knowledgeCutoff = knowledgeCutoff;
  if (openWeights !== undefined) facts.openWeights = openWeights;
  if (licence !== undefined) facts.licence = licence;
  if (retiresAt !== undefined) facts.retiresAt = retiresAt;
  return facts;
};

/** Facts of one thing from several sources, the most trusted first: fact by fact, the first that states it. */
export const mergeFacts = (list: readonly ModelFacts[]): ModelFacts => {
  const [only, ...others] = list;
  if (only === undefined) return NO_FACTS;
  if (others.length === 0) return only;
  const capabilities: Capability[] = [];
  const lacks: Capability[] = [];
  const limits: Writable<Limits> = {};
  let { inputModalities, outputModalities, releaseDate, knowledgeCutoff, openWeights, licence, retiresAt } =
    only;
  let deprecated = false;
  for (const facts of list) {
    for (const each of facts.capabilities)
      if (!capabilities.includes(each) && !lacks.includes(each)) capabilities.push(each);
    for (const each of facts.lacks)
      if (!capabilities.includes(each) && !lacks.includes(each)) lacks.push(each);
    const { contextWindow, maxInputTokens, maxOutputTokens } = facts.limits;
    if (contextWindow !== undefined) limits.contextWindow ??= contextWindow;
    if (maxInputTokens !== undefined) limits.maxInputTokens ??= maxInputTokens;
    if (maxOutputTokens !== undefined) limits.maxOutputTokens ??= maxOutputTokens;
    inputModalities ??= facts.inputModalities;
    outputModalities ??= facts.outputModalities;
    releaseDate ??= facts.releaseDate;
    knowledgeCutoff ??= facts.knowledgeCutoff;
    openWeights ??= facts.openWeights;
    licence ??= facts.licence;
    retiresAt ??= facts.retiresAt;
    deprecated ||= facts.deprecated;
  }
  const merged: Writable<ModelFacts> = { limits, capabilities, lacks, deprecated };
  if (inputModalities !== undefined) merged.inputModalities = inputModalities;
  if (outputModalities !== undefined) merged.outputModalities = outputModalities;
  if (releaseDate !== undefined) merged.releaseDate = releaseDate;
  if (knowledgeCutoff !== undefined) merged.knowledgeCutoff = knowledgeCutoff;
  if (openWeights !== undefined) merged.openWeights = openWeights;
  if (licence !== undefined) merged.licence = licence;
  if (retiresAt !== undefined) merged.retiresAt = retiresAt;
  return merged;
};

/** A model's facts as far as they hold of its offerings: when a host ends it is the host's own matter. */
export const lastingFacts = (model: ModelFacts): ModelFacts => {
  const { retiresAt: _, releaseRange: _range, ...lasting } = model;
  return { ...lasting, deprecated: false };
};
