import type { PlainText } from '../../domain/client-request.ts';
import type { CompletionRequest } from '../../domain/completion-request.ts';
import { demandsBesidesMessages, demandsOf } from '../estimate/needs.ts';

/** What of a request routing goes by, found in one look at its messages. */
export type RequestShape = {
  /** What it asks of whoever answers, see `needsAt`: what goes by that alone is worked out once for all that are alike. */
  readonly needs: number;
  readonly messages: number;
  /** Characters of its messages; its tools and its schema come on top. */
  readonly characters: number;
  /** How often the user has spoken. */
  readonly userTurns: number;
  readonly hasMedia: boolean;
  /** Holds signatures of reasoning, sealed or not. */
  readonly isSigned: boolean;
  /** Marked for the provider's prompt cache. */
  readonly isMarked: boolean;
};

type Signable = { readonly signature?: string };

const isSigned = (parts: readonly Signable[]): boolean => {
  for (const { signature } of parts) if (signature !== undefined) return true;
  return false;
};

/** `plain`: what is known of messages that are text alone, which are not looked at then. */
export const requestShapeOf = (request: CompletionRequest, plain?: PlainText): RequestShape => {
  const shape = {
    needs: plain === undefined ? demandsOf(request) : demandsBesidesMessages(request),
    messages: plain?.messages ?? request.messages.length,
    characters: plain?.characters ?? 0,
    userTurns: plain?.userTurns ?? 0,
    hasMedia: false,
    isSigned: false,
    isMarked: false,
  };
  for (const { cache } of request.tools) if (cache !== undefined) shape.isMarked = true;
  if (plain !== undefined) return shape;
  for (const message of request.messages) {
    if (message.role === 'user') {
      shape.userTurns += 1;
      for (const part of message.parts) {
        if (part.cache !== undefined) shape.isMarked = true;
        if (part.type === 'text') shape.characters += part.text.length;
        else shape.hasMedia = true;
      }
      continue;
    }
    shape.characters += message.text.length;
    if (message.cache !== undefined) shape.isMarked = true;
    if (message.role !== 'assistant') continue;
    for (const { text } of message.reasoning) shape.characters += text.length;
    for (const { name, arguments: given } of message.toolCalls)
      shape.characters += name.length + given.length;
    if (isSigned(message.reasoning) || isSigned(message.toolCalls)) shape.isSigned = true;
  }
  return shape;
};

/** Values that tell no two requests apart: they are kept here, or sent on as they are. */
const UNTOLD: ReadonlySet<string> = new Set(['messages', 'tools', 'metadata', 'user']);

/**
 * What providers go by when they say what they cannot honour, as a text that is equal for requests that are alike.
 * Media are looked at one by one: a request that holds some has none.
 */
export const parametersKeyOf = (
  request: CompletionRequest,
  { needs, hasMedia, isMarked }: RequestShape,
): string | undefined => {
  if (hasMedia) return undefined;
  let key = isMarked ? `${needs}!` : `${needs}`;
  const parameters: { readonly [name: string]: unknown } = request;
  for (const name in parameters) {
    const value = UNTOLD.has(name) ? undefined : parameters[name];
    if (value === undefined) continue;
    if (name === 'seed') key += ' seed';
    else if (typeof value !== 'object') key += ` ${name}=${String(value)}`;
    else key += ` ${name}=${request.output === value ? request.output.kind : JSON.stringify(value)}`;
  }
  for (const { name } of request.tools) key += `\n${name}`;
  return key;
};
