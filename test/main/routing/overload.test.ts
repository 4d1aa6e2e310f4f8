import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Behaviour, fails } from '../../support/scriptable-upstream.ts';
import { until } from '../../support/until.ts';
import { jsonAnswer } from '../../support/upstream.ts';
import { type Json, type RoutingServer, startRoutingServer } from './routing-server.ts';

/** The first call is answered when it is said so, and nothing else is taken meanwhile. */
const oneSlot = (): { readonly behaviour: Behaviour; readonly release: () => void } => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let taken = 0;
  let isFree = true;
  const turnedAway = fails(503);
  return {
    release() {
      isFree = true;
      resolve();
    },
    behaviour(request) {
      if (!isFree) return turnedAway(request);
      taken += 1;
      isFree = taken > 1;
      return jsonAnswer(ANSWER, taken === 1 ? { before: promise } : {});
    },
  };
};

/** Four hosts of ten slots each; an answer takes a slot for half a second. */
const HOSTS = ['one', 'two', 'three', 'four'] as const;
const SLOTS = 10;
const ANSWER_MS = 500;
const SECONDS = 4;
/** Of what all slots together answer in a second. */
const LOAD = 0.8;
const PER_SECOND = (LOAD * HOSTS.length * SLOTS * 1_000) / ANSWER_MS;

const ANSWER = {
  id: 'c',
  object: 'chat.completion',
  model: 'small',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Good.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
};

/** A slot is busy for the time of an answer; who finds none is turned away at once. */
const slots = (status: number, headers: { readonly [name: string]: string } = {}): Behaviour => {
  let busy = 0;
  const turnedAway = fails(status, { headers });
  return (request) => {
    if (busy >= SLOTS) return turnedAway(request);
    busy += 1;
    const over = new Promise<void>((resolve) => {
      setTimeout(() => {
        busy -= 1;
        resolve();
      }, ANSWER_MS);
    });
    return jsonAnswer(ANSWER, { before: over });
  };
};

let routing: RoutingServer<(typeof HOSTS)[number]>;
beforeAll(async () => {
  const models = [{ id: 'small', model: 'lab/small', prices: { input: 1, output: 1 } }];
  routing = await startRoutingServer({
    providers: { one: { models }, two: { models }, three: { models }, four: { models } },
  });
}, 60_000);
afterAll(() => routing.stop());

/** Evenly random by a small generator, so that each run has the same bursts. */
const drawn = (seed: number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

/** What those were told that were not answered, and the share of those that were. */
const outcome = async (strategy: object) => {
  const random = drawn(7);
  const body = JSON.stringify({
    model: 'inline',
    messages: [{ role: 'user', content: 'Hello.' }],
    modelgraph: {
      // Slots are free later than they should be where the machine is busy: room is waited for until they are.
      routing: {
        candidates: HOSTS.map((id) => ({ offering: `${id}/small` })),
        fallback: { maxQueueMs: 20_000 },
        ...strategy,
      },
    },
  });
  const send = async (): Promise<string> => {
    const { url, adminKey: key } = routing.server;
    const answer = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body,
    });
    const told = await answer.text();
    return answer.ok ? '' : told;
  };
  const began = performance.now();
  const sent: Promise<string>[] = [];
  let at = 0;
  for (let n = 0; n < PER_SECOND * SECONDS; n += 1) {
    at += (-Math.log(1 - random()) * 1_000) / PER_SECOND;
    const wait = began + at - performance.now();
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
    sent.push(send());
  }
  const ends = await Promise.all(sent);
  const failed = ends.filter((told) => told !== '');
  return { succeeded: 1 - failed.length / ends.length, told: [...new Set(failed)].slice(0, 5) };
};

type Case = {
  readonly name: string;
  readonly status: number;
  readonly headers?: { readonly [name: string]: string };
  readonly strategy: object;
};
const WAIT_A_SECOND = { 'retry-after': '1' };

const STRATEGIES: readonly Case[] = [
  { name: 'PRIORITY', status: 503, strategy: { strategy: 'PRIORITY' } },
  { name: 'WEIGHTED', status: 529, strategy: { strategy: 'WEIGHTED' } },
  { name: 'LEAST_BUSY', status: 503, strategy: { strategy: 'LEAST_BUSY' } },
  { name: 'FASTEST', status: 529, strategy: { strategy: 'FASTEST' } },
  { name: 'CHEAPEST', status: 503, strategy: { strategy: 'CHEAPEST' } },
  { name: 'BALANCED', status: 529, strategy: { strategy: 'BALANCED' } },
  { name: 'PRIORITY', status: 429, headers: WAIT_A_SECOND, strategy: { strategy: 'PRIORITY' } },
  { name: 'WEIGHTED', status: 503, headers: WAIT_A_SECOND, strategy: { strategy: 'WEIGHTED' } },
  { name: 'STICKY', status: 503, strategy: { strategy: 'STICKY', order: 'WEIGHTED' } },
];

it.each(STRATEGIES)(
  'at four fifths of what hosts take at once $name answers nearly all, though they turn calls away with $status $headers',
  async ({ status, headers, strategy }) => {
    routing.forget();
    for (const id of HOSTS) routing.upstreams[id].behave(slots(status, headers));
    const { succeeded, told } = await outcome(strategy);
    expect(succeeded, told.join('\n')).toBeGreaterThanOrEqual(0.95);
  },
  60_000,
);

const ROUTE = { candidates: [{ offering: 'one/small' }], fallback: { maxQueueMs: 30_000 } };
const BOTH = { candidates: [{ offering: 'one/small' }, { offering: 'two/small' }] };
const COMPLETE = /* GraphQL */ `
  mutation ($input: CompletionInput!) {
    complete(input: $input) {
      ... on Completion { warnings { code message } }
      ... on Error { message }
    }
  }
`;

it('who finds no room waits for it, in its place, and says so; who leaves is not called', async () => {
  routing.forget();
  const { one } = routing.upstreams;
  const { behaviour, release } = oneSlot();
  one.behave(behaviour);
  const ask = async () => {
    const input = { messages: [{ user: { text: 'Hello.' } }], routing: ROUTE };
    return (await routing.ask(COMPLETE, { input })).complete;
  };
  const first = ask();
  await one.call(0);
  const second = ask();
  await one.call(1);
  const plight = async () => (await routing.plan({ routing: ROUTE })).candidates[0].parts;
  await until(plight, (parts) => parts.some(({ criterion }: Json) => criterion === 'limit'));
  const { url, adminKey } = routing.server;
  const leaving = new AbortController();
  const third = fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${adminKey}` },
    body: JSON.stringify({
      model: 'inline',
      messages: [{ role: 'user', content: 'Hello.' }],
      modelgraph: { routing: ROUTE },
    }),
    signal: leaving.signal,
  });
  const rejected = async () => (await routing.plan({ routing: BOTH })).rejected;
  const waiting = (count: number) => until(rejected, ([one]) => one?.detail.includes(`${count} more wait`));
  expect(await waiting(2)).toMatchObject([{ offeringId: 'one/small', reason: 'AT_CAPACITY' }]);
  leaving.abort();
  await expect(third).rejects.toThrow();
  await waiting(1);
  release();
  expect(await first).toEqual({ warnings: [] });
  const { warnings } = await second;
  expect(warnings).toEqual([
    { code: 'QUEUED', message: expect.stringMatching(/^It waited \d+ ms for room, at first as number 1\.$/) },
  ]);
  expect(one.calls).toHaveLength(3);
}, 60_000);
