import type { CompletionRequest } from '../../../../domain/completion-request.ts';
import type { ComplexityModel } from '../../../../domain/route.ts';
import { FEATURES, featuresOf } from './features.ts';

/**
 * What training gives of test/fixtures/complexity/labelled.jsonl, and nothing else: a test fails where the two differ. Those
 * prompts were written and labelled by hand for this purpose, by who chose the words that features look for: on one's
 * own traffic it does less well, and `modelgraph train-complexity` learns from that.
 */
export const SHIPPED_MODEL: ComplexityModel = {
  bias: -3.064,
  weights: {
    length: 0.125,
    turns: 0.283,
    tools: 0.58,
    jsonSchema: -1.38,
    codeFence: 0.731,
    codeSymbols: 11.149,
    mathematics: 1.136,
    numbers: 0.321,
    questions: 0.348,
    demands: -0.762,
    constraints: 1.289,
    reasoning: 2.331,
    simple: -1.708,
    opening: 0.902,
    technical: 2.017,
    wordLength: 0.244,
    longWords: 1.81,
  },
};

/** A model's weights in the order of the features. */
const vectors = new WeakMap<ComplexityModel, Float64Array>();

const vectorOf = (model: ComplexityModel): Float64Array => {
  const known = vectors.get(model);
  if (known !== undefined) return known;
  const vector = Float64Array.from(FEATURES, (name) =>
    Object.hasOwn(model.weights, name) ? (model.weights[name] ?? 0) : 0,
  );
  vectors.set(model, vector);
  return vector;
};

/** How hard a prompt is, 0 (simple) to 1 (hard): the logistic function of its weighed features. */
export const complexityOf = (request: CompletionRequest, model: ComplexityModel = SHIPPED_MODEL): number => {
  const features = featuresOf(request);
  const weights = vectorOf(model);
  let sum = model.bias;
  for (let place = 0; place < features.length; place++) sum += (features[place] ?? 0) * (weights[place] ?? 0);
  return 1 / (1 + Math.exp(-sum));
};
