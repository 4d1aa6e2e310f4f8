import type { CompletionRequest } from '../../../domain/completion-request.ts';
import type { ComplexityModel } from '../../../domain/route.ts';
import { FEATURES, featuresOf } from './features.ts';
import { SHIPPED_MODEL } from './shipped-model.ts';

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
