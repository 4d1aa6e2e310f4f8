import { LRUCache } from 'lru-cache';
import { asOfferingId, type OfferingId } from '../../domain/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { SharedState } from '../../ports/shared-state.ts';

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
