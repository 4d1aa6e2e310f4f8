import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDispatcher } from '../../src/adapters/providers/dispatcher.ts';
import { createHttpProvider } from '../../src/adapters/providers/http-provider.ts';
import type { ClientRequest } from '../../src/domain/client-request.ts';
import type { CompletionEvent } from '../../src/domain/completion-event.ts';
import { asProviderId } from '../../src/domain/ids.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { CompletionCommand } from '../../src/gateway/completion-command.ts';
import { createAnthropicCodec } from '../../src/wire/anthropic/codec.ts';
import { anthropicTextFrames } from '../fixtures/upstream/anthropic.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { recordedLog } from '../support/recorded-log.ts';
import { eventStream, gate, NEVER, type Script, startUpstream, type Upstream } from '../support/upstream.ts';
import { callerWith, commandWith, createHarness, type Harness, readUntil } from './harness.ts';

const timeouts = { firstTokenMs: 5_000, stallMs: 2_000, totalMs: 60_000 };
/** A limit is looked at a little later than it is over. */
const GRACE_MS = 50;
const WORDS = ['One', ' two', ' three'];
const FRAMES = anthropicTextFrames(WORDS);
/** Up to the first word. */
const BEGUN = FRAMES.slice(0, FRAMES.findIndex((frame) => frame.includes('One')) + 1);
const CLIENT: ClientRequest = { dialect: 'anthropic', body: {}, headers: {}, unread: [] };

let upstream: Upstream;
let dispatcher: Dispatcher;
let harness: Harness;
beforeEach(async () => {
  upstream = await startUpstream();
  dispatcher = createDispatcher();
  const provider = createHttpProvider({
    settings: {
      id: asProviderId('first'),
      dialect: 'anthropic',
      baseUrl: upstream.url,
      apiKey: new Secret('sk-1'),
    },
    codecFor: () => createAnthropicCodec(),
    dispatcher,
    clock: createFakeClock(),
    log: recordedLog(),
  });
  harness = createHarness([provider]);
});
afterEach(async () => {
  await dispatcher.destroy();
  await upstream.close();
});

const begin = (script: Script, changes: Partial<CompletionCommand> = {}) => {
  upstream.enqueue(script);
  return harness.gateway.complete(callerWith(), commandWith({ timeouts, ...changes }));
};
const rest = async (
  events: AsyncIterableIterator<CompletionEvent, unknown>,
): Promise<readonly CompletionEvent[]> => {
  const read: CompletionEvent[] = [];
  for (let step = await events.next(); step.done !== true; step = await events.next()) read.push(step.value);
  return read;
};
/** What has been sent has been read. */
const arrived = async (): Promise<void> => {
  for (let n = 0; n < 20; n += 1) await nextTurn();
};
const timedOut = (message: RegExp) => ({
  type: 'failed',
  error: { kind: 'UPSTREAM', failure: { code: 'TIMEOUT', message: expect.stringMatching(message) } },
});

describe('a stream over HTTP', () => {
  it.each([
    ['before its head', { before: NEVER }],
    ['after its head', eventStream([NEVER])],
    ['after what is no answer yet', eventStream([FRAMES[0] ?? '', NEVER])],
  ] as const)('that is silent %s has no first token in time, and is closed', async (_when, script) => {
    const read = rest(begin(script));
    await upstream.received(0);
    await arrived();
    harness.clock.advance(timeouts.firstTokenMs - 1);
    await arrived();
    harness.clock.advance(1 + GRACE_MS);
    expect((await read).at(-1)).toMatchObject(timedOut(/no (first )?token/));
    await upstream.closedByClient(0);
  });

  it('that falls silent in the middle has stalled, and is closed', async () => {
    const events = begin(eventStream([BEGUN.join(''), NEVER]));
    await readUntil(events, 'textDelta');
    const read = rest(events);
    harness.clock.advance(timeouts.stallMs + GRACE_MS);
    expect((await read).at(-1)).toMatchObject(timedOut(/stalled/));
    await upstream.closedByClient(0);
  });

  it.each([
    ['comments', ': PROCESSING\n\n', {}],
    ['pings that are passed on', 'event: ping\ndata: {"type":"ping"}\n\n', { client: CLIENT }],
  ] as const)('is not kept alive by %s', async (_what, piece, changes) => {
    const later = gate();
    const events = begin(eventStream([BEGUN.join(''), later.opened, piece, NEVER]), changes);
    await readUntil(events, 'textDelta');
    const read = rest(events);
    harness.clock.advance(timeouts.stallMs - 500);
    const before = upstream.bytesWritten(0);
    later.open();
    await expect.poll(() => upstream.bytesWritten(0)).toBeGreaterThan(before);
    await arrived();
    harness.clock.advance(500 + GRACE_MS);
    expect((await read).at(-1)).toMatchObject(timedOut(/stalled/));
  });

  it('that is not read for long has not stalled', async () => {
    const events = begin(eventStream([FRAMES.join('')]));
    await readUntil(events, 'textDelta');
    harness.clock.advance(timeouts.firstTokenMs + 2 * timeouts.stallMs);
    expect((await rest(events)).at(-1)).toMatchObject({ type: 'finished' });
  });
});

describe('a whole answer over HTTP', () => {
  const whole = { streamUpstream: false } as const;

  it('that does not come ends with the total limit alone, and is closed', async () => {
    const read = rest(begin({ before: NEVER }, whole));
    await upstream.received(0);
    harness.clock.advance(timeouts.totalMs - 1);
    await arrived();
    harness.clock.advance(1);
    expect((await read).at(-1)).toMatchObject({ type: 'failed', error: { kind: 'UPSTREAM' } });
    await upstream.closedByClient(0);
  });

  it.each([
    ['its head', []],
    ['a piece of it', ['{"id":']],
  ] as const)('that stops coming after %s has stalled, and is closed', async (_what, pieces) => {
    const headers = { 'content-type': 'application/json' };
    const read = rest(begin({ headers, body: [...pieces, NEVER] }, whole));
    await upstream.received(0);
    await expect.poll(() => harness.clock.pending(), { timeout: 20_000 }).toBeGreaterThan(1);
    await arrived();
    harness.clock.advance(timeouts.stallMs + GRACE_MS);
    expect((await read).at(-1)).toMatchObject(timedOut(/stalled/));
    await upstream.closedByClient(0);
  });
});
