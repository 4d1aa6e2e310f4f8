import { createHash } from 'node:crypto';
import { z } from 'zod';
import { asOfferingId, type OfferingId } from '../../../domain/ids.ts';
import { OPERATIONS, type Operation } from '../../../domain/operation.ts';
import type { BreakerRules } from '../../../domain/route.ts';
import type { Log } from '../../../ports/log.ts';
import type { SharedState } from '../../../ports/shared-state.ts';
import { openNodeChannel } from '../../node-channel.ts';
import type { BreakerSharing } from './breaker.ts';
import type { BreakerChange } from './breaker-machine.ts';
import type { ClosingGuess } from './pulse.ts';

/**
 * What nodes tell each other of breakers, and of offerings that are not to be called for a while: that a breaker opened and for
 * how long, that its probe went well, that a provider asked to wait, and what is guessed from how calls failed. Which node may
 * make the one probe is settled by a claim on the shared state.
 *
 * What breakers count is each node's own. Failures alone would not add up: a share needs the calls that went well, and failures
 * in a row are only in a row while none does, so that each answer would have to be told as well. With n nodes an outage is thus
 * found by the first of them that has seen enough of it, which is the busiest, and then known to all; what only the sum of all
 * would show, each sees in its own share as well, once it has `minSamples`. Statistics are shared, every few seconds, and no
 * breaker goes by them.
 */
export type HealthNews = BreakerNews | ClosedNews | ReopenedNews;

export type BreakerNews = {
  readonly kind: 'BREAKER';
  readonly offeringId: OfferingId;
  readonly of: Operation;
  readonly rules: BreakerRules;
  readonly change: BreakerChange;
};

export type ClosedNews = {
  readonly kind: 'CLOSED';
  readonly offeringId: OfferingId;
  /** ACCOUNT: whatever it is asked for. */
  readonly of: Operation | 'ACCOUNT';
  readonly forMs: number;
  readonly reason: string;
  /** What it rests on, where it is a guess; absent: the provider asked for it. */
  readonly guess?: ClosingGuess['kind'];
};

/** A call went well that the guess would have spared: it was wrong, or is no longer right. */
export type ReopenedNews = Pick<ClosedNews, 'offeringId' | 'of'> & { readonly kind: 'REOPENED' };

export type HealthChannel = {
  tell(news: HealthNews): Promise<void>;
  sharingOf(offeringId: OfferingId, of: Operation, rules: BreakerRules, key: string): BreakerSharing;
  close(): Promise<void>;
};

const offeringId = z.string().max(512).transform(asOfferingId);
/** Older versions tell offerings' operations not apart: what they say is taken to be of completions. */
const ofOperation = z.enum(OPERATIONS).default('COMPLETION');
const of = z.enum([...OPERATIONS, 'ACCOUNT']).default('COMPLETION');
const time = z.number().min(0).max(1e12);
const rules = z.object({
  windowMs: time,
  minSamples: time,
  errorRate: time,
  consecutiveFailures: time,
  slowTtftMs: time.exactOptional(),
  slowRate: time,
  openMs: time,
});
const change = z.discriminatedUnion('to', [
  z.object({ to: z.literal('OPEN'), forMs: time, openings: time, reason: z.string().max(1_000) }),
  z.object({ to: z.literal('CLOSED') }),
]);
const news = z.union([
  z.object({ kind: z.literal('BREAKER'), offeringId, of: ofOperation, rules, change }),
  z.object({
    kind: z.literal('CLOSED'),
    offeringId,
    of,
    forMs: time,
    reason: z.string().max(1_000),
    guess: z.enum(['UNUSABLE', 'LIMITED']).exactOptional(),
  }),
  z.object({ kind: z.literal('REOPENED'), offeringId, of }),
]);
/** `hello`: a node has started and asks. `for`: an answer to it, of no use to others. */
const message = z.union([
  z.object({ from: z.string(), hello: z.literal(true) }),
  z.object({ from: z.string(), for: z.string().optional(), news }),
]);

/** Times are sent as durations: clocks of nodes differ. */
export const createHealthChannel = (
  state: SharedState,
  log: Log,
  node: {
    /** Another node tells. */
    readonly heard: (news: HealthNews) => void;
    /** What this one knows, for a node that has just started. */
    readonly known: () => readonly HealthNews[];
  },
): HealthChannel => {
  const channel = openNodeChannel({
    state,
    log,
    name: 'health',
    schema: message,
    subject: 'The health of offerings',
    heard(told) {
      if ('hello' in told) for (const each of node.known()) void channel.tell({ for: told.from, news: each });
      else if (told.for === undefined || told.for === channel.id) node.heard(told.news);
    },
  });
  void channel.joined.then((isHeard) => {
    if (isHeard) void channel.tell({ hello: true });
  });
  const tell = (told: HealthNews): Promise<void> => channel.tell({ news: told });

  return {
    tell,
    sharingOf(id, operation, rulesOf, key) {
      // Completions have the name that older versions give to all.
      const whose = operation === 'COMPLETION' ? key : `${operation} ${key}`;
      const name = `probe:${id}:${createHash('sha256').update(whose).digest('base64url').slice(0, 16)}`;
      return {
        claim: (ttlMs) => state.claim(name, ttlMs),
        release: () => state.release(name).catch(() => {}),
        publish: (each) =>
          tell({ kind: 'BREAKER', offeringId: id, of: operation, rules: rulesOf, change: each }),
      };
    },
    close: channel.close,
  };
};
