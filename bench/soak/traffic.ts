import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import {
  ANTHROPIC,
  chatAsk,
  embeddingsAsk,
  messagesAsk,
  mutationAsk,
  OPENAI,
  subscription,
  subscriptionAsk,
} from '../gateways/asks.ts';
import { KEY } from '../gateways/processes.ts';
import type { Ask } from '../gateways/subject.ts';

/** Of a provider of its own, so that its failures are held against no other. */
export const FAULTY = 'faulty/model';
const CLIENT_WAIT_MS = 20_000;
const MAX_SAID = 300;

/** What one exchange came to; each kind knows which of them is right. */
type Outcome = 'WHOLE' | 'FAILED' | 'LEFT';
type Ended = { readonly outcome: Outcome; readonly said?: string };
type Kind = {
  readonly name: string;
  /** Of so many exchanges in all kinds' sum. */
  readonly weight: number;
  readonly right: readonly Outcome[];
  run(url: string): Promise<Ended>;
};

const send = ({ path, body, headers }: Ask, url: string, signal: AbortSignal): Promise<Response> =>
  fetch(url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...headers },
    body,
    signal,
  });

/** What the end of a whole answer holds, in whatever format. */
const END = /"finish_reason":"stop"|message_stop|"stop_reason":"end_turn"|"finishReason":"STOP"|"embedding"/;

const whole =
  (ask: Ask) =>
  async (url: string): Promise<Ended> => {
    const answer = await send(ask, url, AbortSignal.timeout(CLIENT_WAIT_MS));
    const text = await answer.text();
    if (answer.status === 200 && END.test(text)) return { outcome: 'WHOLE' };
    return { outcome: 'FAILED', said: `${answer.status} ${text.slice(-MAX_SAID)}` };
  };

/** Reads one piece and goes. */
const leaving =
  (ask: Ask, afterMs: number) =>
  async (url: string): Promise<Ended> => {
    const leave = new AbortController();
    try {
      const answer = await send(ask, url, leave.signal);
      const reader = answer.body?.getReader();
      await reader?.read();
      await pause(afterMs);
      leave.abort();
      await reader?.read();
      return { outcome: 'FAILED' };
    } catch {
      return { outcome: leave.signal.aborted ? 'LEFT' : 'FAILED' };
    }
  };

const socket = (url: string): Promise<Ended> =>
  new Promise((resolve) => {
    const opened = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    let outcome: Outcome = 'FAILED';
    const limit = setTimeout(() => opened.terminate(), CLIENT_WAIT_MS);
    opened.on('open', () =>
      opened.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${KEY}` } })),
    );
    opened.on('message', (data) => {
      const text = String(data);
      if (text.includes('"connection_ack"'))
        opened.send(JSON.stringify({ id: '1', type: 'subscribe', payload: subscription() }));
      if (END.test(text)) outcome = 'WHOLE';
      if (text.includes('"complete"')) opened.close();
    });
    opened.on('error', () => {});
    opened.on('close', () => {
      clearTimeout(limit);
      resolve({ outcome });
    });
  });

const WHOLE: readonly Outcome[] = ['WHOLE'];
const streamed = { stream: true };

export const KINDS: readonly Kind[] = [
  { name: 'chat, whole', weight: 20, right: WHOLE, run: whole(chatAsk(OPENAI)) },
  { name: 'chat, translated', weight: 10, right: WHOLE, run: whole(chatAsk(ANTHROPIC)) },
  { name: 'messages, whole', weight: 10, right: WHOLE, run: whole(messagesAsk(ANTHROPIC)) },
  { name: 'chat, streamed', weight: 15, right: WHOLE, run: whole(chatAsk(OPENAI, streamed)) },
  { name: 'messages, streamed', weight: 10, right: WHOLE, run: whole(messagesAsk(ANTHROPIC, streamed)) },
  { name: 'embeddings', weight: 10, right: WHOLE, run: whole(embeddingsAsk) },
  { name: 'mutation', weight: 10, right: WHOLE, run: whole(mutationAsk) },
  { name: 'subscription over SSE', weight: 5, right: WHOLE, run: whole(subscriptionAsk()) },
  { name: 'subscription over a socket', weight: 5, right: WHOLE, run: socket },
  { name: 'failing upstream, whole', weight: 2, right: ['FAILED'], run: whole(chatAsk(FAULTY)) },
  { name: 'failing upstream, streamed', weight: 2, right: ['FAILED'], run: whole(chatAsk(FAULTY, streamed)) },
  { name: 'clients that leave', weight: 4, right: ['LEFT'], run: leaving(chatAsk(OPENAI, streamed), 30) },
];

/** One after the other by their weights, the same in every run. */
const ORDER = KINDS.flatMap((kind) => Array.from({ length: kind.weight }, () => kind));
const STEP = 41;

export type Tally = { right: number; wrong: number; first?: string };

/** So many exchanges a second until it is told to stop; `stop` waits for those under way. */
export const startTraffic = (url: string, perSecond: number, maxWaiting: number) => {
  const tallies = new Map(KINDS.map(({ name }): [string, Tally] => [name, { right: 0, wrong: 0 }]));
  const waiting = new Set<Promise<void>>();
  let begun = 0;
  let skipped = 0;
  const one = async ({ name, right, run }: Kind): Promise<void> => {
    const tally = tallies.get(name);
    if (tally === undefined) return;
    const ended = await run(url).catch((error: unknown) => ({ outcome: undefined, said: String(error) }));
    if (ended.outcome !== undefined && right.includes(ended.outcome)) tally.right += 1;
    else {
      tally.wrong += 1;
      tally.first ??= `${ended.outcome ?? 'no answer'} ${ended.said ?? ''}`;
    }
  };
  const timer = setInterval(() => {
    const kind = ORDER[(begun * STEP) % ORDER.length];
    begun += 1;
    if (waiting.size >= maxWaiting || kind === undefined) skipped += 1;
    else {
      const done: Promise<void> = one(kind).finally(() => waiting.delete(done));
      waiting.add(done);
    }
  }, 1_000 / perSecond);
  return {
    tallies,
    skipped: () => skipped,
    stop: async (): Promise<void> => {
      clearInterval(timer);
      await Promise.all(waiting);
    },
  };
};
