import { createHash } from 'node:crypto';
import type { Message, ToolCall, UserPart } from '../domain/completion-request.ts';
import type { ProviderQuirks } from '../domain/provider-quirks.ts';
import { plainName, withDigest } from './digest-name.ts';
import { resultLabel } from './tool-results.ts';

/** Which ids of tool calls a provider takes. It refuses a conversation that holds others. */
export type ToolCallIdForm = NonNullable<ProviderQuirks['toolCallIds']>;

type Rule = {
  readonly taken: RegExp;
  /** Length of an id that is written anew. */
  readonly length: number;
  /** Whether an id may stand for one call alone. */
  readonly isUnique: boolean;
};

const RULES: { readonly [Form in Exclude<ToolCallIdForm, 'any'>]: Rule } = {
  // OpenAI's chat completions: "Expected a string with maximum length 40", https://github.com/agno-agi/agno/issues/5382 (2026-11-30).
  'max-40': { taken: /^[\s\S]{1,40}$/, length: 40, isUnique: false },
  // OpenAI's Responses: https://github.com/openclaw/openclaw/pull/875 (2026-11-30).
  'max-64': { taken: /^[\s\S]{1,64}$/, length: 64, isUnique: false },
  // Anthropic's pattern, and the length that Bedrock sets: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolUseBlock.html (2026-11-30).
  'word-64': { taken: /^[a-zA-Z0-9_-]{1,64}$/, length: 64, isUnique: true },
  // "Tool call id was … but must be a-z, A-Z, 0-9, with a length of 9": https://github.com/mistralai/mistral-common (2026-11-30).
  'alphanumeric-9': { taken: /^[a-zA-Z0-9]{9}$/, length: 9, isUnique: true },
};

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Letters and digits that depend on the text alone. */
const digest = (text: string, length: number): string => {
  let number = BigInt(`0x${createHash('sha256').update(text).digest('hex')}`);
  let letters = '';
  while (letters.length < length) {
    letters += LETTERS.charAt(Number(number % 62n));
    number /= 62n;
  }
  return letters;
};

const DIGEST_LENGTH = 12;
/** Relays keep the proofs of Gemini's calls in their ids: such an id is of use only as it came. */
const HOLDS_A_PROOF = /__thought__/;

/** The same id is always written the same way. `attempt` counts the ways that were not free. */
const written = (id: string, attempt: number, { length }: Rule): string => {
  const text = attempt === 0 ? id : `${id}\n${attempt}`;
  if (length <= DIGEST_LENGTH) return digest(text, length);
  return withDigest(plainName(id), digest(text, DIGEST_LENGTH), length);
};

type Use = { readonly written: string; isAnswered: boolean };

/**
 * Ids of a conversation's tool calls as a provider takes them; those that fit stay. Asked of each call and each result in
 * the conversation's order, so that results find their calls where several have one id.
 */
export class ToolCallIds {
  readonly #rule: Rule;
  /** All ids that are in use or that the conversation has. */
  readonly #used: Set<string>;
  readonly #uses = new Map<string, Use[]>();

  /** `ids`: of all calls of the conversation. */
  constructor(form: Exclude<ToolCallIdForm, 'any'>, ids: Iterable<string>) {
    this.#rule = RULES[form];
    this.#used = new Set(ids);
  }

  ofCall(id: string): string {
    const uses = this.#uses.get(id) ?? [];
    const isFree = uses.length === 0 || !this.#rule.isUnique;
    const use = { written: isFree && isTaken(id, this.#rule) ? id : this.#fresh(id), isAnswered: false };
    this.#uses.set(id, [...uses, use]);
    return use.written;
  }

  ofResult(id: string): string {
    const uses = this.#uses.get(id);
    const use = uses?.find(({ isAnswered }) => !isAnswered) ?? uses?.at(-1);
    if (use === undefined) return isTaken(id, this.#rule) ? id : written(id, 0, this.#rule);
    use.isAnswered = true;
    return use.written;
  }

  #fresh(id: string): string {
    for (let attempt = 0; ; attempt += 1) {
      const found = written(id, attempt, this.#rule);
      if (this.#used.has(found)) continue;
      this.#used.add(found);
      return found;
    }
  }
}

const isTaken = (id: string, rule: Rule): boolean =>
  rule.taken.test(id) || (!rule.isUnique && HOLDS_A_PROOF.test(id));

/**
 * What writes a conversation's ids anew; undefined where they can stay as they are: the usual case, in which nothing is
 * copied. `calls` and `results`: the ids of all of them, in order.
 */
export const rewriteToolCallIds = (
  form: ToolCallIdForm,
  calls: readonly string[],
  results: readonly string[],
): ToolCallIds | undefined => {
  if (form === 'any') return undefined;
  const rule = RULES[form];
  const isRepeated = rule.isUnique && new Set(calls).size < calls.length;
  const isFit = calls.every((id) => isTaken(id, rule)) && results.every((id) => isTaken(id, rule));
  return isFit && !isRepeated ? undefined : new ToolCallIds(form, calls);
};

/** The conversation with ids that the provider takes, call and result alike. */
export const fitToolCallIds = (messages: readonly Message[], form: ToolCallIdForm): readonly Message[] => {
  if (form === 'any') return messages;
  const calls: string[] = [];
  const results: string[] = [];
  for (const message of messages)
    if (message.role === 'assistant') for (const { id } of message.toolCalls) calls.push(id);
    else if (message.role === 'tool') results.push(message.toolCallId);
  const ids = rewriteToolCallIds(form, calls, results);
  if (ids === undefined) return messages;
  /** As the latest result of each call is called now. */
  const answered = new Map<string, string>();
  const relabelled = (part: UserPart): UserPart => {
    const id = part.toolCallId;
    const own = id === undefined ? undefined : answered.get(id);
    if (id === undefined || own === undefined) return part;
    const isLabel = part.type === 'text' && part.text === resultLabel(id);
    return { ...part, toolCallId: own, ...(isLabel && { text: resultLabel(own) }) };
  };
  return messages.map((message): Message => {
    switch (message.role) {
      case 'assistant':
        return message.toolCalls.length === 0
          ? message
          : {
              ...message,
              toolCalls: message.toolCalls.map((call): ToolCall => ({ ...call, id: ids.ofCall(call.id) })),
            };
      case 'tool': {
        const toolCallId = ids.ofResult(message.toolCallId);
        answered.set(message.toolCallId, toolCallId);
        return { ...message, toolCallId };
      }
      case 'user':
        return message.parts.some((part) => part.toolCallId !== undefined)
          ? { ...message, parts: message.parts.map(relabelled) }
          : message;
      default:
        return message;
    }
  });
};
