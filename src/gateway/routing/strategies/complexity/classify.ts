import type { CompletionRequest } from '../../../../domain/completion-request.ts';
import type { ComplexityModel } from '../../../../domain/route.ts';
import { FEATURES, type Feature, featuresOf } from './features.ts';
import { sigmoid } from './fit.ts';
import { Ngrams, readNgrams } from './ngrams.ts';

/**
 * Fitted on 2026-12-01 to the prompts of test/fixtures/complexity, written and labelled by hand for this purpose, and to 957
 * of five public sets (MMLU and GSM8K with the correctness that RouteLLM measured, MGSM in seven languages, user tasks of
 * self-instruct, HumanEval), each source counting alike and ours three times. docs/complexity.md says how
 * well that does on kinds of prompts that it was not fitted to. `modelgraph train-complexity` learns from one's own traffic.
 */
export const SHIPPED_MODEL: ComplexityModel = {
  bias: -1.921,
  weights: {
    tools: 0.922,
    jsonSchema: -1.276,
    codeFence: -3.52,
    codeSymbols: 10.765,
    mathematics: -0.41,
    numbers: 0.484,
    demands: -1.658,
    constraints: 0.094,
    reasoning: 1.502,
    simple: -0.934,
    opening: 0.918,
    technical: 1.868,
    words: 0.144,
    sentences: 0.316,
    amounts: 0.497,
  },
};

type Reader = {
  /** In the order of the features. */
  readonly weights: Float64Array;
  readonly table: Int8Array | undefined;
  readonly scale: number;
};

const readers = new WeakMap<ComplexityModel, Reader>();

const readerOf = (model: ComplexityModel): Reader => {
  const known = readers.get(model);
  if (known !== undefined) return known;
  const reader = {
    weights: Float64Array.from(FEATURES, (name) =>
      Object.hasOwn(model.weights, name) ? (model.weights[name] ?? 0) : 0,
    ),
    table: model.ngrams && readNgrams(model.ngrams),
    scale: model.ngrams?.scale ?? 0,
  };
  readers.set(model, reader);
  return reader;
};

/** One a size of table: classifying is done in one turn. */
const scratches = new Map<number, Ngrams>();

const scratchOf = (buckets: number): Ngrams => {
  const scratch = scratches.get(buckets) ?? new Ngrams(buckets);
  scratches.set(buckets, scratch);
  scratch.begin();
  return scratch;
};

/** What one feature adds to the logit; `ngrams`: what all hashed words add together. */
export type Contribution = { readonly feature: Feature | 'ngrams'; readonly value: number };

/** How hard a prompt is, 0 (simple) to 1 (hard), and what said so. */
export type Judgement = {
  readonly complexity: number;
  /** What adds anything, the weightiest first. */
  readonly contributions: () => readonly Contribution[];
};

/** The logistic function of the weighed features. */
export const judge = (request: CompletionRequest, model: ComplexityModel = SHIPPED_MODEL): Judgement => {
  const { weights, table, scale } = readerOf(model);
  const ngrams = table && scratchOf(table.length);
  const features = featuresOf(request, ngrams);
  const told = ngrams === undefined || table === undefined ? 0 : ngrams.sumOf(table, scale);
  let sum = model.bias + told;
  for (let place = 0; place < features.length; place++) sum += (features[place] ?? 0) * (weights[place] ?? 0);
  return {
    complexity: sigmoid(sum),
    contributions: () =>
      [
        ...FEATURES.map((feature, place) => ({
          feature,
          value: (features[place] ?? 0) * (weights[place] ?? 0),
        })),
        { feature: 'ngrams' as const, value: told },
      ]
        .filter(({ value }) => value !== 0)
        .toSorted((one, other) => Math.abs(other.value) - Math.abs(one.value)),
  };
};
