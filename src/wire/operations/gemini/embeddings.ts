import type { JsonObject } from '../../../domain/json.ts';
import type { EmbeddingRequest } from '../../../domain/operation.ts';
import { type Usage, usageOf } from '../../../domain/usage.ts';
import type { GeminiPlatform } from '../../gemini/platform.ts';
import { countAt, objectAt, objectsAt } from '../../json-reading.ts';
import { given } from '../../json-writing.ts';
import type { OperationCodec } from '../../operation-codec.ts';
import { done } from '../answers.ts';
import { adjustedParameter, jsonCall } from '../calls.ts';
import { defineOperation, type Encoded } from '../define-operation.ts';
import { vectorsIn } from '../vectors.ts';
import { statesPurposeInText, TASK_TYPES, withPurpose } from './embedding-purpose.ts';
import { geminiModelName, geminiModelPath } from './model-path.ts';
import { decodeGoogleJson } from './response.ts';

/** On Vertex these models have Gemini's own call, for one text; all others have the older one, for several. */
const embedsContent = (model: string): boolean => /gemini-embedding-2/.test(model);

const encode = (platform: GeminiPlatform, model: string, request: EmbeddingRequest): Encoded => {
  const { inputs, dimensions, purpose } = request;
  const isInText = purpose !== undefined && statesPurposeInText(model);
  const texts = isInText ? inputs.map((text) => withPurpose(text, purpose)) : inputs;
  const taskType = purpose === undefined || isInText ? undefined : TASK_TYPES[purpose];
  const warnings = isInText
    ? [adjustedParameter('purpose', "The purpose was written before each text, which is this model's way.")]
    : [];
  const contentOf = (text: string): JsonObject => ({
    content: { parts: [{ text }] },
    ...given('taskType', taskType),
    ...given('outputDimensionality', dimensions),
  });
  if (platform === 'gemini-api') {
    const name = geminiModelName(model);
    return jsonCall(
      geminiModelPath(platform, model, 'batchEmbedContents'),
      { requests: texts.map((text) => ({ model: name, ...contentOf(text) })) },
      warnings,
    );
  }
  const [only] = texts;
  if (embedsContent(model) && only !== undefined && texts.length === 1) {
    return jsonCall(geminiModelPath(platform, model, 'embedContent'), contentOf(only), warnings);
  }
  return jsonCall(
    geminiModelPath(platform, model, 'predict'),
    {
      instances: texts.map((content) => ({ content, ...given('task_type', taskType) })),
      // Unless told not to, Vertex cuts texts that are too long and says nothing: an error is better.
      parameters: { autoTruncate: false, ...given('outputDimensionality', dimensions) },
    },
    warnings,
  );
};

const tokensOf = (answer: JsonObject, items: readonly JsonObject[]): Usage | undefined => {
  const reported = countAt(objectAt(answer, 'usageMetadata'), 'promptTokenCount');
  if (reported !== undefined) return usageOf({ input: reported });
  const counts = items.map((item) => countAt(objectAt(item, 'statistics'), 'token_count'));
  return counts.length > 0 && counts.every((count) => count !== undefined)
    ? usageOf({ input: counts.reduce((sum, count) => sum + count, 0) })
    : undefined;
};

/** Google's embeddings: those of the Gemini API, and those of Vertex. */
export const geminiEmbeddings = (platform: GeminiPlatform = 'gemini-api'): OperationCodec<'EMBEDDING'> =>
  defineOperation({
    problems: () => ({}),
    encode: (model, request) => encode(platform, model, request),
    decode: ({ body }, { inputs }) =>
      decodeGoogleJson(body, (answer) => {
        const single = objectAt(answer, 'embedding');
        const predictions = objectsAt(answer, 'predictions')
          .map((prediction) => objectAt(prediction, 'embeddings'))
          .filter((embeddings) => embeddings !== undefined);
        const items =
          single !== undefined
            ? [single]
            : predictions.length > 0
              ? predictions
              : objectsAt(answer, 'embeddings');
        const vectors = vectorsIn(items, 'values', inputs.length);
        return vectors && done<'EMBEDDING'>({ vectors }, { usage: tokensOf(answer, items) });
      }),
  });
