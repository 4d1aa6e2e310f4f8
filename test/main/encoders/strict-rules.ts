// biome-ignore-all lint/suspicious/noExplicitAny: bodies of several dialects
import type { UpstreamRequest } from '../../support/upstream.ts';

/** Why a provider refuses a request; undefined where it takes it. As the providers' own documentation and errors have it. */
export type Refusal = string | undefined;

const blocksOf = (message: any): readonly any[] =>
  typeof message.content === 'string' ? [{ type: 'text', text: message.content }] : (message.content ?? []);

const isBlank = (text: unknown): boolean => typeof text === 'string' && text.trim() === '';

export const anthropicRefusal = (body: any): Refusal => {
  const calls = new Set<string>();
  let previous = new Set<string>();
  for (const [at, message] of body.messages.entries()) {
    const answered = new Set<string>();
    const made = new Set<string>();
    for (const block of blocksOf(message)) {
      if (block.type === 'text' && isBlank(block.text))
        return `messages.${at}: text content blocks must contain non-whitespace text`;
      if (block.type === 'thinking' && typeof block.signature !== 'string')
        return `messages.${at}.content: thinking.signature: Field required`;
      if (block.type === 'thinking' && block.signature.startsWith('mg'))
        return `messages.${at}.content: Invalid \`signature\` in \`thinking\` block`;
      if (block.type === 'redacted_thinking' && block.data.startsWith('mg'))
        return `messages.${at}.content: Invalid data in \`redacted_thinking\` block`;
      if (block.type === 'tool_use') {
        if (!/^[a-zA-Z0-9_-]+$/.test(block.id))
          return `messages.${at}.content: tool_use.id: String should match pattern`;
        if (calls.has(block.id)) return `messages.${at}: \`tool_use\` ids must be unique`;
        calls.add(block.id);
        made.add(block.id);
      }
      if (block.type === 'tool_result') {
        if (!previous.has(block.tool_use_id))
          return `messages.${at}: unexpected \`tool_use_id\` ${block.tool_use_id}`;
        if (
          Array.isArray(block.content) &&
          block.content.some((each: any) => each.type === 'text' && isBlank(each.text))
        )
          return `messages.${at}: text content blocks must contain non-whitespace text`;
        answered.add(block.tool_use_id);
      }
    }
    for (const id of previous) if (!answered.has(id)) return `messages.${at}: no \`tool_result\` for ${id}`;
    previous = made;
  }
  if (body.tool_choice !== undefined && !(body.tools?.length > 0))
    return 'tool_choice: tool_choice may only be specified while providing tools';
  for (const stop of body.stop_sequences ?? [])
    if (isBlank(stop)) return 'stop_sequences: each stop sequence must contain non-whitespace';
  const last = body.messages.at(-1);
  if (last?.role === 'assistant') {
    if (/claude-(opus|sonnet)-4-[6-9]|claude-(opus|sonnet|haiku|fable)-5/.test(body.model))
      return 'This model does not support assistant message prefill. The conversation must end with a user message.';
    const block = blocksOf(last).at(-1);
    if (block?.type === 'text' && block.text !== block.text.trimEnd())
      return 'messages: final assistant content cannot end with trailing whitespace';
  }
  return undefined;
};

const chatIds = (body: any): readonly string[] =>
  body.messages.flatMap((message: any) => [
    ...(message.tool_calls ?? []).map((call: any) => call.id),
    ...(message.tool_call_id === undefined ? [] : [message.tool_call_id]),
  ]);

/** Of chat completions: results must answer calls, whatever their ids look like. */
const unanswered = (body: any): Refusal => {
  let open = new Set<string>();
  for (const message of body.messages) {
    if (message.role === 'tool') {
      if (!open.delete(message.tool_call_id)) return `no call ${message.tool_call_id} to answer`;
      continue;
    }
    if (open.size > 0) return `no answer to ${[...open].join()}`;
    open = new Set((message.tool_calls ?? []).map((call: any) => call.id));
  }
  return open.size > 0 ? `no answer to ${[...open].join()}` : undefined;
};

export const mistralRefusal = (body: any): Refusal => {
  const wrong = chatIds(body).find((id) => !/^[a-zA-Z0-9]{9}$/.test(id));
  if (wrong !== undefined) return `Tool call id was ${wrong} but must be a-z, A-Z, 0-9, with a length of 9.`;
  for (const message of body.messages)
    for (const name of ['reasoning_content', 'reasoning_details'])
      if (message[name] !== undefined) return `body.messages.${name}: Extra inputs are not permitted`;
  for (const [at, message] of body.messages.entries())
    if (message.role === 'user' && body.messages[at - 1]?.role === 'tool')
      return "Unexpected role 'user' after role 'tool'";
  const last = body.messages.at(-1);
  if (last.role === 'assistant' && last.prefix !== true)
    return 'Expected last role User or Tool (or Assistant with prefix True) for serving but got assistant';
  return unanswered(body);
};

export const openAiRefusal = (body: any): Refusal => {
  const long = chatIds(body).find((id) => id.length > 40);
  if (long !== undefined)
    return `string too long. Expected a string with maximum length 40, but got ${long.length}`;
  for (const tool of body.tools ?? [])
    if (tool.function?.parameters?.type === 'object' && tool.function.parameters.properties === undefined)
      return `Invalid schema for function '${tool.function.name}': object schema missing properties`;
  if (body.top_k !== undefined) return 'Unrecognized request argument supplied: top_k';
  return unanswered(body);
};

export const groqRefusal = (body: any): Refusal => {
  if ((body.n ?? 1) !== 1) return "'n' : number must be at most 1";
  for (const [at, message] of body.messages.entries())
    if (message.reasoning_content !== undefined)
      return `'messages.${at}' : property 'reasoning_content' is unsupported`;
  return unanswered(body);
};

export const responsesRefusal = (body: any): Refusal => {
  const calls = new Set<string>();
  for (const item of Array.isArray(body.input) ? body.input : []) {
    if (typeof item.call_id === 'string' && item.call_id.length > 64)
      return `Invalid 'input.call_id': string too long. Expected a string with maximum length 64`;
    if (String(item.encrypted_content ?? '').startsWith('mg'))
      return 'The encrypted content could not be verified.';
    if (item.type?.endsWith('_call')) calls.add(item.call_id);
    if (item.type?.endsWith('_output') && !calls.has(item.call_id))
      return `No tool call found for function call output with call_id ${item.call_id}`;
  }
  return undefined;
};

const siblingsOfReference = (node: any): string | undefined => {
  if (Array.isArray(node)) return node.map(siblingsOfReference).find((found) => found !== undefined);
  if (typeof node !== 'object' || node === null) return undefined;
  if (typeof node.$ref === 'string') {
    const more = Object.keys(node).find((name) => !['$ref', 'description', 'default'].includes(name));
    if (more !== undefined) return more;
  }
  return siblingsOfReference(Object.values(node));
};

export const geminiRefusal = (body: any, path: string): Refusal => {
  const schemas = [
    body.generationConfig?.responseJsonSchema,
    ...(body.tools ?? []).flatMap((tool: any) =>
      (tool.functionDeclarations ?? []).map((each: any) => each.parametersJsonSchema),
    ),
  ];
  const beside = siblingsOfReference(schemas);
  if (beside !== undefined) return `reference to schema must not have ${beside} beside it`;
  if (!/gemini-(3|flash-latest)/.test(path)) {
    const isStandIn = JSON.stringify(body.contents).includes('skip_thought_signature_validator');
    return isStandIn ? 'Invalid thought signature' : undefined;
  }
  const begin = body.contents.findLastIndex(
    (content: any) => content.role === 'user' && content.parts.some((part: any) => part.text !== undefined),
  );
  for (const content of body.contents.slice(begin + 1)) {
    const first = content.parts.find((part: any) => part.functionCall !== undefined);
    if (first !== undefined && first.thoughtSignature === undefined)
      return `Function call is missing a thought_signature in functionCall parts: ${first.functionCall.name}`;
  }
  return undefined;
};

/** Of xAI, OpenAI and vLLM. */
const idleTools = (body: any): Refusal => {
  if (body.tools?.length === 0) return '`tools` must not be an empty array';
  for (const field of ['tool_choice', 'parallel_tool_calls'])
    if (body.tools === undefined && body[field] !== undefined)
      return `'${field}' is only allowed when 'tools' are specified.`;
  return undefined;
};

const CHAT_RULES: { readonly [provider: string]: (body: any) => Refusal } = {
  mistral: mistralRefusal,
  openai: openAiRefusal,
  groq: groqRefusal,
};

/** By the first step of the path, which is the provider's id, and by the dialect, which is told by the rest. */
export const refusalOf = ({ path, body }: UpstreamRequest): Refusal => {
  if (path.includes('/messages')) return anthropicRefusal(body);
  if (path.endsWith('/responses')) return responsesRefusal(body);
  if (path.includes('enerateContent')) return geminiRefusal(body, path);
  return idleTools(body) ?? (CHAT_RULES[path.split('/')[1] ?? ''] ?? unanswered)(body);
};
