import type { CompletionRequest, OutputFormat, Tool, ToolChoice } from '../../domain/completion-request.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import type { EncodedCall } from '../codec.ts';
import { given } from '../json-writing.ts';
import { adjusted, detailLeftOut } from '../warnings.ts';
import { encodeContents, withSystemInFront } from './encode-contents.ts';
import type { ModelTraits } from './model-traits.ts';
import type { GeminiPlatform } from './platform.ts';
import { fitSchema } from './schema.ts';
import { encodeTier } from './service-tier.ts';
import { encodeThinking } from './thinking.ts';

const encodeTool = (tool: Tool): JsonObject => ({
  name: tool.name,
  ...given('description', tool.description),
  parametersJsonSchema: fitSchema(tool.parameters),
});

const encodeLogprobs = (logprobs: CompletionRequest['logprobs']): JsonObject => {
  if (logprobs === undefined) return {};
  return { responseLogprobs: true, ...(logprobs.top > 0 && { logprobs: logprobs.top }) };
};

const allowed = (mode: string, names?: readonly string[]): JsonObject => ({
  functionCallingConfig: { mode, ...(names && { allowedFunctionNames: names }) },
});

/** Only `VALIDATED` and `ANY` guarantee that arguments match the schema, and that for all tools. */
const encodeToolChoice = (tools: readonly Tool[], choice: ToolChoice | undefined): JsonObject | undefined => {
  const isStrict = tools.some((tool) => tool.strict);
  switch (choice?.kind) {
    case undefined:
      return isStrict ? allowed('VALIDATED') : undefined;
    case 'auto':
      return allowed(isStrict ? 'VALIDATED' : 'AUTO');
    case 'none':
      return allowed('NONE');
    case 'required':
      return allowed('ANY');
    case 'tool':
      return allowed('ANY', [choice.name]);
  }
};

const encodeOutput = (output: OutputFormat | undefined): JsonObject => {
  switch (output?.kind) {
    case undefined:
    case 'text':
      return {};
    case 'jsonObject':
      return { responseMimeType: 'application/json' };
    case 'jsonSchema':
      return { responseMimeType: 'application/json', responseJsonSchema: fitSchema(output.schema) };
  }
};

/** Strict for some tools and not for others. */
const hasSomeStrict = (tools: readonly Tool[]): boolean =>
  tools.some((tool) => tool.strict) && !tools.every((tool) => tool.strict);

/** `models/x` and `x` name the same model. */
const pathOf = (model: string, stream: boolean, platform: GeminiPlatform): string => {
  const name = model
    .replace(/^(publishers\/google\/)?models\//, '')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
  const models = platform === 'vertex' ? '/publishers/google/models' : '/v1beta/models';
  return `${models}/${name}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`;
};

const hasFileNames = (request: CompletionRequest): boolean =>
  request.messages.some(
    (message) =>
      message.role === 'user' &&
      message.parts.some((part) => part.type === 'file' && part.name !== undefined),
  );

/** The call for a request that holds nothing unsupported, and what had to be adjusted in it. */
export const encodeGemini = (
  model: string,
  request: CompletionRequest,
  stream: boolean,
  traits: ModelTraits,
  platform: GeminiPlatform,
): { readonly call: EncodedCall; readonly warnings: readonly ProviderEvent[] } => {
  const encoded = encodeContents(request.messages, traits, platform);
  const { systemInstruction, contents, warnings } = traits.isPlain ? withSystemInFront(encoded) : encoded;
  const thinking = encodeThinking(request, traits);
  const hasTools = request.tools.length > 0;
  const generationConfig: JsonObject = {
    ...encodeOutput(request.output),
    ...given('maxOutputTokens', request.maxOutputTokens),
    ...given('temperature', request.temperature),
    ...given('topP', request.topP),
    ...given('topK', request.topK),
    ...given('seed', request.seed),
    ...given('frequencyPenalty', request.frequencyPenalty),
    ...given('presencePenalty', request.presencePenalty),
    ...given('stopSequences', request.stop),
    ...given('thinkingConfig', thinking.config),
    ...encodeLogprobs(request.logprobs),
  };
  const tier = encodeTier(request.serviceTier, platform);
  const hasLabels = Object.keys(request.metadata ?? {}).length > 0;
  const body: JsonObject = {
    ...given('systemInstruction', systemInstruction),
    contents,
    ...(hasTools ? { tools: [{ functionDeclarations: request.tools.map(encodeTool) }] } : {}),
    ...(hasTools ? given('toolConfig', encodeToolChoice(request.tools, request.toolChoice)) : {}),
    ...(Object.keys(generationConfig).length > 0 ? { generationConfig } : {}),
    ...(hasLabels ? given('labels', request.metadata) : {}),
    ...tier.body,
  };
  return {
    call: {
      path: pathOf(model, stream, platform),
      headers: { 'content-type': 'application/json', ...tier.headers },
      body: JSON.stringify(body),
    },
    warnings: [
      ...warnings,
      ...detailLeftOut(request),
      ...thinking.warnings,
      ...(request.toolChoice?.kind === 'none' || !hasSomeStrict(request.tools)
        ? []
        : [
            adjusted(
              'tools',
              'Gemini keeps the arguments of all tools to their schemas, or of none: of all here.',
            ),
          ]),
      ...(platform === 'gemini-api' && hasFileNames(request)
        ? [adjusted('messages', 'The Gemini API takes files without their names: these were left out.')]
        : []),
    ],
  };
};
