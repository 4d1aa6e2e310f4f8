/** What a request's body asks of a model besides its messages, in any provider's dialect. */
export type Asked = {
  readonly stop: readonly string[];
  readonly temperature: number | undefined;
  readonly topP: number | undefined;
  readonly seed: number | undefined;
  readonly maxTokens: number | undefined;
  /** `required`, or a tool's name. */
  readonly tool: string | undefined;
  /** An answer in JSON; `true`: of any shape. */
  readonly json: object | true | undefined;
  readonly isThinking: boolean;
  readonly isGemini: boolean;
};

// biome-ignore lint/suspicious/noExplicitAny: bodies of several dialects
type Json = any;

const toolIn = (body: Json): string | undefined => {
  const choice = body.tool_choice;
  if (choice === 'required' || choice?.type === 'any') return 'required';
  if (typeof choice === 'object') return choice?.function?.name ?? choice?.name;
  const calling = body.toolConfig?.functionCallingConfig;
  return calling?.mode === 'ANY' ? (calling.allowedFunctionNames?.[0] ?? 'required') : undefined;
};

const jsonIn = (body: Json): object | true | undefined => {
  const schema =
    body.response_format?.json_schema?.schema ??
    body.text?.format?.schema ??
    body.output_config?.format?.schema ??
    body.generationConfig?.responseJsonSchema;
  if (schema !== undefined) return schema;
  const isJson =
    body.response_format?.type === 'json_object' ||
    body.text?.format?.type === 'json_object' ||
    body.generationConfig?.responseMimeType === 'application/json';
  return isJson ? true : undefined;
};

const effortIn = (body: Json): string | undefined => body.reasoning_effort ?? body.reasoning?.effort;

export const askedIn = (body: Json): Asked => {
  const set = { ...body, ...body.generationConfig };
  const stop = set.stop ?? set.stop_sequences ?? set.stopSequences ?? [];
  const effort = effortIn(body);
  return {
    stop: typeof stop === 'string' ? [stop] : stop,
    temperature: set.temperature,
    topP: set.top_p ?? set.topP,
    seed: set.seed,
    maxTokens: set.max_completion_tokens ?? set.max_tokens ?? set.max_output_tokens ?? set.maxOutputTokens,
    tool: toolIn(body),
    json: jsonIn(body),
    isThinking:
      ['enabled', 'adaptive'].includes(body.thinking?.type) ||
      (set.thinkingConfig?.includeThoughts ?? false) ||
      (effort !== undefined && effort !== 'none'),
    isGemini: body.contents !== undefined,
  };
};
