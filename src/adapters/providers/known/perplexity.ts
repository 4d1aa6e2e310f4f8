import { asProviderId } from '../../../domain/ids.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../../domain/json.ts';
import type { UpstreamCodec } from '../../../wire/codec.ts';
import { objectAt, objectsAt, textAt } from '../../../wire/json-reading.ts';
import { createOpenAiResponsesCodec } from '../../../wire/openai-responses/codec.ts';
import type { KnownProvider } from '../known-provider.ts';

const RESPONSES = createOpenAiResponsesCodec({
  reasoningEfforts: { minimal: 'minimal', low: 'low', medium: 'medium', high: 'high' },
  supportsReasoningSummary: false,
  encryptedReasoning: 'never',
  supportsStore: false,
  serviceTiers: {},
  unsupported: ['toolChoice', 'parallelToolCalls', 'logprobs', 'metadata', 'user', 'fileUrl', 'fileData'],
});

// What it takes differs from Responses so much that nothing is passed on as it came.
const { dialect: _, forward: _forward, ...CODEC } = RESPONSES;

/** Its own model has a name with the lab before it. */
const nameOf = (model: string): string => (model === 'sonar' ? 'perplexity/sonar' : model);

/** Where its Agent API differs from OpenAI's Responses: in the schema's place, and in that a search must be asked for. */
const asAgent = (body: JsonObject): JsonObject => {
  const { text, tools: _, ...rest } = body;
  const format = objectAt(isJsonObject(text) ? text : undefined, 'format');
  const { type, ...schema } = format ?? {};
  return {
    ...rest,
    model: nameOf(textAt(body, 'model') ?? ''),
    tools: [{ type: 'web_search' }, ...objectsAt(body, 'tools')],
    ...(type === 'json_schema' && { response_format: { type, json_schema: schema } }),
    ...(type === 'json_object' && { response_format: { type } }),
  };
};

const AGENT_CODEC: UpstreamCodec = {
  ...CODEC,
  encode(model, request, stream) {
    const encoded = CODEC.encode(model, request, stream);
    const body = parseJson(encoded.call.body);
    return {
      ...encoded,
      call: { ...encoded.call, body: JSON.stringify(asAgent(isJsonObject(body) ? body : {})) },
    };
  },
};

/** Answers rest on a search of the web. Its chat completions were ended in September 2026. */
export const perplexity: KnownProvider = {
  id: asProviderId('perplexity'),
  name: 'Perplexity',
  kind: 'LAB',
  baseUrl: 'https://api.perplexity.ai/v1',
  keyVariables: ['PERPLEXITY_API_KEY'],
  docsUrl: 'https://docs.perplexity.ai',
  api: {
    kind: 'DIALECT',
    dialect: 'openai-responses',
    codec: () => AGENT_CODEC,
    operations: {},
    modelsPath: 'none',
  },
};
