import type { CompletionRequest, OutputFormat, Tool, ToolChoice } from '../../domain/completion-request.ts';
import type { JsonObject, JsonValue } from '../../domain/json.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import type { EncodedCall } from '../codec.ts';
import { adjusted } from '../warnings.ts';
import { encodeContents } from './encode-contents.ts';
import type { ModelTraits } from './model-traits.ts';
import { encodeThinking } from './thinking.ts';

const given = (key: string, value: JsonValue | undefined): JsonObject =>
  value === undefined ? {} : { [key]: value };

const encodeTool = (tool: Tool): JsonObject => ({
  name: tool.name,
  ...given('description', tool.description),
  parametersJsonSchema: tool.parameters,
});

const encodeToolChoice = (choice: ToolChoice): JsonObject => {
  switch (choice.kind) {
    case 'auto':
      return { functionCallingConfig: { mode: 'AUTO' } };
    case 'none':
      return { functionCallingConfig: { mode: 'NONE' } };
    case 'required':
      return { functionCallingConfig: { mode: 'ANY' } };
    case 'tool':
      return { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: [choice.name] } };
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
      return { responseMimeType: 'application/json', responseJsonSchema: output.schema };
  }
};

/** `models/x` and `x` name the same model. */
const pathOf = (model: string, stream: boolean): string => {
  const name = model
    .replace(/^models\//, '')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
  return `/v1beta/models/${name}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`;
};

/** The call for a request that holds nothing unsupported, and what had to be adjusted in it. */
export const encodeGemini = (
  model: string,
  request: CompletionRequest,
  stream: boolean,
  traits: ModelTraits,
): { readonly call: EncodedCall; readonly warnings: readonly ProviderEvent[] } => {
  const { systemInstruction, contents, warnings } = encodeContents(request.messages);
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
  };
  const body: JsonObject = {
    ...given('systemInstruction', systemInstruction),
    contents,
    ...(hasTools ? { tools: [{ functionDeclarations: request.tools.map(encodeTool) }] } : {}),
    ...(hasTools ? given('toolConfig', request.toolChoice && encodeToolChoice(request.toolChoice)) : {}),
    ...(Object.keys(generationConfig).length > 0 ? { generationConfig } : {}),
  };
  return {
    call: {
      path: pathOf(model, stream),
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    },
    warnings: [
      ...warnings,
      ...thinking.warnings,
      ...(request.tools.some((tool) => tool.strict)
        ? [adjusted('tools', 'Gemini does not guarantee that arguments match the schema.')]
        : []),
    ],
  };
};
