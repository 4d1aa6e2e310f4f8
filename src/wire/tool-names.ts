import type { ClientRequest } from '../domain/client-request.ts';
import type { CompletionRequest, Message } from '../domain/completion-request.ts';
import { isJsonObject, type JsonValue } from '../domain/json.ts';
import { TOOL_NAME } from '../domain/tool-name.ts';
import { hexDigest, plainName, withDigest } from './digest-name.ts';

/** Which names of tools a provider takes. It refuses a request that holds others. */
export type ToolNameForm = 'word-64' | 'word-128';

type Rule = { readonly taken: RegExp; readonly length: number };

const RULES: { readonly [Form in ToolNameForm]: Rule } = {
  // "string too long. Expected a string with maximum length 64", as OpenAI refuses others:
  // https://github.com/danny-avila/LibreChat/issues/7435 (2026-11-30). Gemini and Bedrock take no more.
  'word-64': { taken: /^[a-zA-Z0-9_-]{1,64}$/, length: 64 },
  // "tools.0.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'", as Anthropic refuses others:
  // https://github.com/modelcontextprotocol/modelcontextprotocol/issues/1345 (2026-11-30).
  'word-128': { taken: /^[a-zA-Z0-9_-]{1,128}$/, length: 128 },
};

const DIGEST_LENGTH = 10;

/** The same name is always written the same way. `attempt` counts the ways that were not free. */
const written = (name: string, attempt: number, { length }: Rule): string => {
  const text = attempt === 0 ? name : `${name}\n${attempt}`;
  return withDigest(plainName(name), hexDigest(text, DIGEST_LENGTH), length);
};

/** A tool's name in the conversation that a client may send here, but that the provider would refuse. */
const isUnfit = (name: string, { taken }: Rule): boolean => !taken.test(name) && TOOL_NAME.test(name);

const namesIn = function* ({ tools, messages }: CompletionRequest): Generator<string> {
  for (const { name } of tools) yield name;
  for (const message of messages)
    if (message.role === 'assistant') for (const { name } of message.toolCalls) yield name;
};

/** Keys under which the client's own data lies: nothing in them names a tool. */
const DATA: ReadonlySet<string> = new Set(['arguments', 'parameters', 'input_schema', 'schema', 'metadata']);
const NAMES: ReadonlySet<string> = new Set(['name', 'tool_name']);

/** One request's names of tools as its provider gets them, and back. Made for a request that holds an unfit one. */
export class FittedToolNames {
  readonly #fitted = new Map<string, string>();
  readonly #original = new Map<string, string>();

  constructor(request: CompletionRequest, form: ToolNameForm) {
    const rule = RULES[form];
    const used = new Set(namesIn(request));
    for (const name of [...used]) {
      if (!isUnfit(name, rule)) continue;
      let fitted = written(name, 0, rule);
      for (let attempt = 1; used.has(fitted); attempt += 1) fitted = written(name, attempt, rule);
      used.add(fitted);
      this.#fitted.set(name, fitted);
      this.#original.set(fitted, name);
    }
  }

  /** The name that the client knows. */
  restore(name: string): string {
    return this.#original.get(name) ?? name;
  }

  #fit(name: string): string {
    return this.#fitted.get(name) ?? name;
  }

  request(request: CompletionRequest): CompletionRequest {
    const { tools, toolChoice, messages } = request;
    return {
      ...request,
      tools: tools.map((tool) => ({ ...tool, name: this.#fit(tool.name) })),
      messages: messages.map(
        (message): Message =>
          message.role === 'assistant' && message.toolCalls.length > 0
            ? {
                ...message,
                toolCalls: message.toolCalls.map((call) => ({ ...call, name: this.#fit(call.name) })),
              }
            : message,
      ),
      ...(toolChoice?.kind === 'tool' && {
        toolChoice: { kind: 'tool', name: this.#fit(toolChoice.name) },
      }),
    };
  }

  /** The request in the client's own words: only names of tools are others. */
  client(client: ClientRequest): ClientRequest {
    const body = this.#rewrite(client.body);
    return isJsonObject(body) ? { ...client, body } : client;
  }

  #rewrite(value: JsonValue): JsonValue {
    if (Array.isArray(value)) return value.map((each) => this.#rewrite(each));
    if (!isJsonObject(value)) return value;
    const isCall = typeof value.type === 'string' && value.type.endsWith('tool_use');
    return Object.fromEntries(
      Object.entries(value).map(([key, each]): [string, JsonValue] => {
        if (typeof each === 'string') return [key, NAMES.has(key) ? this.#fit(each) : each];
        if (each === undefined || DATA.has(key) || (isCall && key === 'input')) return [key, each];
        return [key, this.#rewrite(each)];
      }),
    );
  }
}

const holdsUnfitName = ({ tools, messages }: CompletionRequest, rule: Rule): boolean => {
  for (const { name } of tools) if (isUnfit(name, rule)) return true;
  for (const message of messages)
    if (message.role === 'assistant')
      for (const { name } of message.toolCalls) if (isUnfit(name, rule)) return true;
  return false;
};

/** Undefined where all names can stay as they are: the usual case, in which nothing is copied. */
export const fitToolNames = (request: CompletionRequest, form: ToolNameForm): FittedToolNames | undefined =>
  holdsUnfitName(request, RULES[form]) ? new FittedToolNames(request, form) : undefined;

const holdsUnfit = (value: JsonValue | undefined, rule: Rule): boolean => {
  if (Array.isArray(value)) return value.some((each) => holdsUnfit(each, rule));
  if (!isJsonObject(value)) return false;
  const { name } = value;
  return (typeof name === 'string' && isUnfit(name, rule)) || holdsUnfit(value.function, rule);
};

/** Whether the tools of a client's own request have a name that must be fitted. */
export const hasUnfitTools = ({ body }: ClientRequest, form: ToolNameForm): boolean =>
  holdsUnfit(body.tools, RULES[form]) || holdsUnfit(body.functions, RULES[form]);
