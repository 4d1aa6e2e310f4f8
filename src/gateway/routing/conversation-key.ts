import { hash } from 'node:crypto';
import type { CompletionRequest, Message } from '../../domain/completion-request.ts';
import type { RouteAsk } from './route-ask.ts';

/** A conversation is told by its beginning, and by how long that is. */
const MOST_CHARACTERS = 1_000;

const beginningOf = (text: string): string =>
  text.length <= MOST_CHARACTERS ? text : `${text.length}:${text.slice(0, MOST_CHARACTERS)}`;

const textOf = (message: Extract<Message, { role: 'user' }>): string => {
  let text = '';
  for (const part of message.parts) {
    if (text.length > MOST_CHARACTERS) break;
    text += part.type === 'text' ? beginningOf(part.text) : mediaOf(part);
  }
  return text;
};

const mediaOf = ({
  type,
  source,
}: Exclude<Parameters<typeof textOf>[0]['parts'][number], { type: 'text' }>) =>
  `${type}:${beginningOf(source.kind === 'url' ? source.url : source.base64)}`;

/**
 * What turns of one conversation have in common, and others do not: what the caller calls it, else how it begins. Short, and
 * tells nothing of what it was made from.
 */
export const conversationKeyOf = ({ command, caller, request }: Omit<RouteAsk, 'at'>): string => {
  const given = command.routing?.conversation;
  const parts = given === undefined ? ['begins', ...beginning(request)] : ['given', given];
  return hash('sha256', JSON.stringify([caller.key.id, ...parts]), 'base64url');
};

const beginning = ({ messages }: CompletionRequest): readonly string[] => {
  const parts: string[] = [];
  for (const message of messages) {
    if (message.role === 'system') parts.push(beginningOf(message.text));
    if (message.role !== 'user') continue;
    parts.push(textOf(message));
    break;
  }
  return parts;
};

/** How often the user has spoken. */
export const userTurnsOf = ({ messages }: Pick<CompletionRequest, 'messages'>): number => {
  let turns = 0;
  for (const { role } of messages) if (role === 'user') turns += 1;
  return turns;
};
