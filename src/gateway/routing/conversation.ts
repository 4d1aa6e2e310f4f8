import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Message, UserPart } from '../../domain/completion-request.ts';
import { asOfferingId, type OfferingId } from '../../domain/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { SharedState } from '../../ports/shared-state.ts';
import type { RouteAsk } from './route-plan.ts';

/** Of a text as much is looked at, and its length. */
const MAX_CHARACTERS = 1_000;
/** Of a long history as many messages are looked at, at its end. */
const MAX_MESSAGES = 16;

const beginningOf = (text: string): string =>
  text.length <= MAX_CHARACTERS ? text : `${text.length}:${text.slice(0, MAX_CHARACTERS)}`;

const mediaOf = ({ type, source }: Exclude<UserPart, { type: 'text' }>): string =>
  `${type}:${beginningOf(source.kind === 'url' ? source.url : source.base64)}`;

const textOf = (message: Message): string => {
  if (message.role === 'assistant')
    return beginningOf(message.text) + message.toolCalls.map(({ id }) => `|${id}`).join('');
  if (message.role !== 'user') return beginningOf(message.text);
  let text = '';
  for (const part of message.parts) {
    if (text.length > MAX_CHARACTERS) break;
    text += part.type === 'text' ? beginningOf(part.text) : mediaOf(part);
  }
  return text;
};

type Asked = Omit<RouteAsk, 'at'>;

/** Of one key and one of its users. Short, and tells nothing of what it was made from. */
const keyOf = ({ caller, request }: Asked, parts: readonly string[]): string =>
  hash('sha256', JSON.stringify([caller.key.id, request.user ?? '', ...parts]), 'base64url');

const givenKeyOf = (asked: Asked): string | undefined => {
  const given = asked.command.routing?.conversation;
  return given === undefined ? undefined : keyOf(asked, ['given', given]);
};

/** The same for all turns of a conversation: what the caller calls it, else how it begins. */
export const conversationKeyOf = (asked: Asked): string => {
  const { messages } = asked.request;
  const first = messages.findIndex(({ role }) => role === 'user');
  const beginning = messages.filter(
    ({ role }, index) => index === first || (role === 'system' && index < first),
  );
  return givenKeyOf(asked) ?? keyOf(asked, ['begins', ...beginning.map(textOf)]);
};

const historyKeyOf = (asked: Asked, length: number): string => {
  const messages = asked.request.messages.slice(0, length);
  const looked = messages.slice(-MAX_MESSAGES);
  return keyOf(asked, [
    'after',
    String(length),
    ...looked.map((message) => `${message.role}:${textOf(message)}`),
  ]);
};

/**
 * A turn by all that was said until then: conversations that begin alike part where they differ. What the caller calls
 * its conversation takes its place, as a history that is cut or rewritten between turns is not known again.
 */
export const turnKeyOf = (asked: Asked): string =>
  givenKeyOf(asked) ?? historyKeyOf(asked, asked.request.messages.length);

/**
 * The keys under which it may be known where a conversation was answered: first this same turn, which may be asked again, then
 * the turn before, which the last message of the model answered. None where the model has said nothing yet.
 */
export const pastKeysOf = (asked: Asked): readonly string[] => {
  const given = givenKeyOf(asked);
  if (given !== undefined) return [given];
  const last = asked.request.messages.findLastIndex(({ role }) => role === 'assistant');
  return last < 1 ? [] : [turnKeyOf(asked), historyKeyOf(asked, last)];
};

/** Where a conversation was answered last, so that its prompt cache is warm there. */
export type ConversationHome = {
  readonly offeringId: OfferingId;
  /** Of its last prompt, as many tokens as the cache may hold. */
  readonly inputTokens: number;
  /** The end of its last turn. */
  readonly at: Date;
  /** How many of its turns were answered by a higher tier than the one before; 0 if absent. */
  readonly rises?: number;
};

/** The homes of conversations, by their keys: those of this node at once, those of others where they are asked for. */
export type ConversationMemory = {
  find(key: string): ConversationHome | undefined;
  /** Asks the other nodes, for a short time; undefined where none knows, or none answers soon. Never rejects. */
  ask(key: string): Promise<ConversationHome | undefined>;
  /** `tellOthersForMs`: absent, other nodes are not told. Never throws. */
  settle(key: string, home: ConversationHome, tellOthersForMs?: number): void;
};

const MAX_CONVERSATIONS = 10_000;
/** A request waits no longer than this to learn where it is at home. */
const ASK_WITHIN_MS = 50;

const encode = ({ offeringId, inputTokens, at, rises = 0 }: ConversationHome): Uint8Array =>
  Buffer.from(JSON.stringify([offeringId, inputTokens, at.getTime(), ...(rises > 0 ? [rises] : [])]));

/** As far as dates go. */
const MAX_COUNT = 8.64e15;

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value <= MAX_COUNT;

const decode = (bytes: Uint8Array): ConversationHome | undefined => {
  const read: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
  if (!Array.isArray(read)) return undefined;
  const [offeringId, inputTokens, at, rises = 0]: unknown[] = read;
  if (typeof offeringId !== 'string' || !isCount(inputTokens) || !isCount(at) || !isCount(rises))
    return undefined;
  return { offeringId: asOfferingId(offeringId), inputTokens, at: new Date(at), ...(rises > 0 && { rises }) };
};

export const createConversationMemory = (
  state: Pick<SharedState, 'getBytes' | 'putBytes'>,
  clock: Pick<Clock, 'after'>,
): ConversationMemory => {
  const homes = new LRUCache<string, ConversationHome>({ max: MAX_CONVERSATIONS });
  const keep = (key: string, home: ConversationHome): ConversationHome => {
    const known = homes.get(key);
    if (known !== undefined && known.at > home.at) return known;
    homes.set(key, home);
    return home;
  };
  return {
    find: (key) => homes.get(key),
    async ask(key) {
      const { promise: late, resolve } = Promise.withResolvers<undefined>();
      const cancel = clock.after(ASK_WITHIN_MS, () => resolve(undefined));
      try {
        const bytes = await Promise.race([state.getBytes(`home:${key}`), late]);
        const home = bytes && decode(bytes);
        return home && keep(key, home);
      } catch {
        // Without the state, or with what another version wrote there: as if it was never told.
        return undefined;
      } finally {
        cancel();
      }
    },
    settle(key, home, tellOthersForMs) {
      keep(key, home);
      if (tellOthersForMs === undefined) return;
      // Other nodes that are not told have a prompt cache that is cold: dearer, and not wrong.
      state.putBytes(`home:${key}`, encode(home), tellOthersForMs).catch(() => {});
    },
  };
};
