import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { CompletionRequest, Message } from '../../domain/completion-request.ts';
import { asOfferingId, type OfferingId } from '../../domain/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { SharedState } from '../../ports/shared-state.ts';
import type { RouteAsk } from './route-plan.ts';

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

/** Where a conversation was answered last, so that its prompt cache is warm there. */
export type ConversationHome = {
  readonly offeringId: OfferingId;
  /** Of its last prompt, as many tokens as the cache may hold. */
  readonly inputTokens: number;
  /** The end of its last turn. */
  readonly at: Date;
};

/** The homes of conversations, by their keys: those of this node at once, those of others where they are asked for. */
export type ConversationMemory = {
  find(key: string): ConversationHome | undefined;
  /** Asks the other nodes, for a short time; undefined where none knows, or none answers soon. Never rejects. */
  ask(key: string): Promise<ConversationHome | undefined>;
  /** `tellOthersForMs`: absent, other nodes are not told. Never throws. */
  settle(key: string, home: ConversationHome, tellOthersForMs?: number): void;
};

const MOST_CONVERSATIONS = 10_000;
/** A request waits no longer than this to learn where it is at home. */
const ASK_WITHIN_MS = 50;

const encode = ({ offeringId, inputTokens, at }: ConversationHome): Uint8Array =>
  Buffer.from(JSON.stringify([offeringId, inputTokens, at.getTime()]));

/** As far as dates go. */
const MOST = 8.64e15;

const isCount = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= MOST;

const decode = (bytes: Uint8Array): ConversationHome | undefined => {
  const read: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
  if (!Array.isArray(read)) return undefined;
  const [offeringId, inputTokens, at]: unknown[] = read;
  if (typeof offeringId !== 'string' || !isCount(inputTokens) || !isCount(at)) return undefined;
  return { offeringId: asOfferingId(offeringId), inputTokens, at: new Date(at) };
};

export const createConversationMemory = (
  state: Pick<SharedState, 'getBytes' | 'putBytes'>,
  clock: Pick<Clock, 'after'>,
): ConversationMemory => {
  const homes = new LRUCache<string, ConversationHome>({ max: MOST_CONVERSATIONS });
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
