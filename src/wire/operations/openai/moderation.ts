import type { JsonObject } from '../../../domain/json.ts';
import type { ModerationRequest, ModerationResult } from '../../../domain/operation.ts';
import { usageOf } from '../../../domain/usage.ts';
import { countAt, objectAt, objectsAt } from '../../json-reading.ts';
import type { OperationCodec } from '../../operation-codec.ts';
import { decodeJson, done, factsIn } from '../answers.ts';
import { jsonCall } from '../calls.ts';
import { dataUrlOf } from '../media.ts';

/** In what servers differ. */
export type ModerationQuirks = {
  /** Default `/moderations`. */
  readonly path?: string;
  /** Whether a model judges images. Default: those called `omni`. */
  readonly judgesImages?: (providerModelId: string) => boolean;
};

type Verdict = ModerationResult['verdicts'][number];

const isFlag = (value: unknown): value is boolean => typeof value === 'boolean';

const verdictIn = (result: JsonObject): Verdict | undefined => {
  const flags = objectAt(result, 'categories');
  if (flags === undefined) return undefined;
  const scores = objectAt(result, 'category_scores') ?? {};
  const categories = Object.entries(flags).flatMap(([name, flagged]) => {
    // OpenAI gives null for what a model does not judge.
    if (!isFlag(flagged)) return [];
    const score = scores[name];
    return [{ name, flagged, ...(typeof score === 'number' && { score }) }];
  });
  const flagged = isFlag(result.flagged) ? result.flagged : categories.some((one) => one.flagged);
  return { flagged, categories };
};

/** The inputs that a model which judges only text can judge. */
const textsOf = (inputs: ModerationRequest['inputs']): readonly string[] =>
  inputs.flatMap((input) => (input.kind === 'text' ? [input.text] : []));

/**
 * OpenAI's moderation; Mistral's has the same shape. Texts alone are judged one by one; as soon as there is an
 * image, all is judged together. A model that judges no images gets the texts alone, and judges only these.
 */
export const openAiModeration = (quirks: ModerationQuirks = {}): OperationCodec<'MODERATION'> => {
  const judgesImages = quirks.judgesImages ?? ((model: string) => model.includes('omni'));
  const hasImages = (request: ModerationRequest): boolean =>
    request.inputs.some((input) => input.kind === 'image');
  const isJoint = (model: string, request: ModerationRequest): boolean =>
    judgesImages(model) && hasImages(request);
  return {
    unsupported: (model, request) =>
      hasImages(request) && !judgesImages(model)
        ? [{ name: 'image', problem: 'this model judges text alone' }]
        : [],
    encode: (model, request) =>
      jsonCall(quirks.path ?? '/moderations', {
        model,
        input: isJoint(model, request)
          ? request.inputs.map(
              (input): JsonObject =>
                input.kind === 'text'
                  ? { type: 'text', text: input.text }
                  : { type: 'image_url', image_url: { url: dataUrlOf(input.image) } },
            )
          : textsOf(request.inputs),
      }),
    decode: ({ body }, request, model) =>
      decodeJson(body, (answer) => {
        const results = objectsAt(answer, 'results');
        const expected = isJoint(model, request) ? 1 : textsOf(request.inputs).length;
        const verdicts = results.map(verdictIn);
        if (verdicts.length !== expected || !verdicts.every((verdict) => verdict !== undefined))
          return undefined;
        const input = countAt(objectAt(answer, 'usage'), 'prompt_tokens');
        return done<'MODERATION'>(
          { verdicts },
          { ...factsIn(answer), usage: input === undefined ? undefined : usageOf({ input }) },
        );
      }),
  };
};
