import type { ModelSlug } from '../../domain/ids.ts';
import type { Offering } from '../../domain/model.ts';
import type { RouteCandidate } from './candidate.ts';

/** What a list of candidates comes to, for as long as it stands: what holds of all of them need not be asked of each. */
export type RouteShape = {
  /** An offering of each model. */
  readonly models: readonly Offering[];
  /** The place of a candidate's model among them, by its `index`. */
  readonly modelOf: Int32Array;
  /** When the first of them is switched off, in milliseconds; Infinity: no day is stated of any. */
  readonly firstEndMs: number;
  /** When the last of them ends; infinite where one has no end. */
  readonly lastEndMs: number;
  /** The least tokens that any of them is known to take; Infinity where none is known. */
  readonly leastLimit: number;
};

const known = new WeakMap<readonly RouteCandidate[], RouteShape>();

const shapeIn = (candidates: readonly RouteCandidate[]): RouteShape => {
  const places = new Map<ModelSlug, number>();
  const models: Offering[] = [];
  const modelOf = new Int32Array(candidates.reduce((size, { index }) => Math.max(size, index + 1), 0));
  let firstEndMs = Number.POSITIVE_INFINITY;
  let lastEndMs = candidates.length === 0 ? Number.POSITIVE_INFINITY : 0;
  let leastLimit = Number.POSITIVE_INFINITY;
  for (const { index, offering } of candidates) {
    const { modelSlug, retiresAt, limits } = offering;
    let place = places.get(modelSlug);
    if (place === undefined) {
      place = models.push(offering) - 1;
      places.set(modelSlug, place);
    }
    modelOf[index] = place;
    const endMs = retiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
    firstEndMs = Math.min(firstEndMs, endMs);
    lastEndMs = Math.max(lastEndMs, endMs);
    leastLimit = Math.min(
      leastLimit,
      limits.contextWindow ?? leastLimit,
      limits.maxInputTokens ?? leastLimit,
    );
  }
  return { models, modelOf, firstEndMs, lastEndMs, leastLimit };
};

export const shapeOf = (candidates: readonly RouteCandidate[]): RouteShape => {
  let shape = known.get(candidates);
  if (shape === undefined) {
    shape = shapeIn(candidates);
    known.set(candidates, shape);
  }
  return shape;
};

/** Tokens of one request without a cache, by the places of a shape's models. */
export type RouteTokens = {
  readonly inputs: Float64Array;
  readonly outputs: Float64Array;
  /** The most of `inputs`. */
  readonly mostInput: number;
};
