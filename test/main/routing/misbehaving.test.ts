import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  answer,
  type Behaviour,
  type Call,
  diesAfter,
  dribbles,
  fails,
  neverAnswers,
  resetsConnection,
  saysNothing,
  webPage,
} from '../../support/scriptable-upstream.ts';
import type { UpstreamRequest } from '../../support/upstream.ts';
import { type Json, logOf, type RoutingServer, startRoutingServer } from './routing-server.ts';

type Case = {
  readonly id: string;
  readonly what: string;
  readonly behaviour: Behaviour;
  readonly code: string;
  /** Tokens that come before it goes wrong. */
  readonly tokens: number;
};

/**
 * Short only where it is what ends the call. The other's good answer is held to the same: it has seconds, in which all
 * cases wait together.
 */
const LIMIT_MS = 5_000;

const CASES: readonly Case[] = [
  { id: 'mute', what: 'accepts and never answers', behaviour: neverAnswers, code: 'TIMEOUT', tokens: 0 },
  { id: 'empty', what: 'answers 200, then nothing', behaviour: saysNothing, code: 'TIMEOUT', tokens: 0 },
  { id: 'drop', what: 'dribbles one byte a second', behaviour: dribbles(1_000), code: 'TIMEOUT', tokens: 0 },
  {
    id: 'drip',
    what: 'dribbles bytes faster than any limit',
    behaviour: dribbles(LIMIT_MS / 50),
    code: 'TIMEOUT',
    tokens: 0,
  },
  { id: 'cut', what: 'dies after 10 tokens', behaviour: diesAfter(10, 'cut'), code: 'TRUNCATED', tokens: 10 },
  {
    id: 'torn',
    what: 'resets the connection after 10 tokens',
    behaviour: diesAfter(10, 'reset'),
    code: 'TRUNCATED',
    tokens: 10,
  },
  {
    id: 'short',
    what: 'ends after 10 tokens as if it were done',
    behaviour: diesAfter(10, 'end'),
    code: 'TRUNCATED',
    tokens: 10,
  },
  {
    id: 'still',
    what: 'falls silent after 10 tokens',
    behaviour: diesAfter(10, 'hang'),
    code: 'TIMEOUT',
    tokens: 10,
  },
  {
    id: 'error',
    what: 'sends an error after 10 tokens',
    behaviour: diesAfter(10, 'error'),
    code: 'SERVER_ERROR',
    tokens: 10,
  },
  { id: 'page', what: 'answers with a web page', behaviour: webPage, code: 'SERVER_ERROR', tokens: 0 },
  {
    id: 'reset',
    what: 'resets the connection',
    behaviour: resetsConnection,
    code: 'SERVER_ERROR',
    tokens: 0,
  },
  { id: 'limit', what: 'limits the rate', behaviour: fails(429), code: 'RATE_LIMITED', tokens: 0 },
  { id: 'broken', what: 'answers 500', behaviour: fails(500), code: 'SERVER_ERROR', tokens: 0 },
];
const timeoutsOf = ({ code }: Case) => {
  const limitMs = code === 'TIMEOUT' ? LIMIT_MS : 60_000;
  return { firstTokenMs: limitMs, stallMs: limitMs };
};
/** Each way of asking has offerings of its own, so that none meets what another has made of them. */
type Way = 'whole' | 'stream' | 'held';
const WAYS: readonly Way[] = ['whole', 'stream', 'held'];

type Id = 'bad' | 'good';
let routing: RoutingServer<Id>;
const modelIn = ({ body }: UpstreamRequest): string =>
  typeof body === 'object' && body !== null && 'model' in body ? String(body.model) : '';
/** Calls of the bad provider for a model of the lab. */
const badCalls = (id: string): readonly Call[] =>
  routing.upstreams.bad.calls.filter(({ request }) => modelIn(request) === id);
const HELD = Array.from({ length: 20 }, (_, n) => ` g${n}`);
/** Each model has its own way of going wrong, so that many can be asked at once. */
const misbehave = (): void => {
  routing.upstreams.bad.behave((request) => {
    const found = CASES.find(({ id }) => modelIn(request).startsWith(`${id}-`));
    return (found?.behaviour ?? answer())(request);
  });
  routing.upstreams.good.behave((request) =>
    (modelIn(request).endsWith('-held') ? answer({ tokens: HELD }) : answer())(request),
  );
};
const ask = (each: Case, way: Way): Promise<Json> => {
  if (way === 'whole') return routing.complete(asked(each, way));
  return routing.watch(asked(each, way, way === 'held' ? { holdBackTokens: 15 } : {}));
};
/** Those that have to wait for a limit wait together. */
const begun = new Map<string, Promise<Json>>();
const answerTo = (each: Case, way: Way): Promise<Json> => begun.get(`${each.id}-${way}`) ?? ask(each, way);
beforeAll(async () => {
  const models = [...CASES.map(({ id }) => id), 'race', 'hedge']
    .flatMap((id) => WAYS.map((way) => `${id}-${way}`))
    .map((id) => ({ id, model: `lab/${id}`, prices: { input: 1, output: 2 } }));
  routing = await startRoutingServer<Id>({ providers: { bad: { models }, good: { models } } });
  // The first request of a process is slower than any other.
  await routing.watch({ model: 'offering:good/race-whole' });
  await routing.complete({ model: 'offering:good/race-whole' });
  routing.forget();
  misbehave();
  for (const each of CASES.filter(({ code }) => code === 'TIMEOUT'))
    for (const way of WAYS) {
      const answered = ask(each, way);
      answered.catch(() => {});
      begun.set(`${each.id}-${way}`, answered);
    }
});
afterAll(() => routing?.stop());

const asked = (each: Case, way: Way, fallback: object = {}) => ({
  model: `lab/${each.id}-${way}`,
  routing: { fallback: { timeouts: timeoutsOf(each), ...fallback } },
});
const namesOf = (events: readonly Json[]): readonly string[] => events.map(({ __typename }) => __typename);
const textOf = (events: readonly Json[]): string => events.map(({ text = '' }) => text).join('');

describe.each(CASES)('a provider that $what', (each) => {
  const { code, tokens } = each;

  it('leaves its attempt in the log, and another answers the mutation whole', async () => {
    const completion = await answerTo(each, 'whole');
    expect(completion).toMatchObject({ __typename: 'Completion', text: 'Good answer', finishReason: 'STOP' });
    expect(logOf(completion.attempts)).toEqual([`bad FIRST FAILED ${code}`, 'good FALLBACK SUCCEEDED']);
    const [failed, succeeded] = completion.attempts;
    expect(failed.ttftMs === null).toBe(tokens === 0);
    expect(failed.error.message).not.toBe('');
    expect(succeeded).toMatchObject({
      usage: { input: 10, output: 2 },
      cost: { total: { amount: '0.000014' } },
    });
    // What it had written before it broke off is billed as far as can be told, so that the whole has a cost.
    expect(failed.usageEstimated).toBe(tokens > 0);
    expect(completion.cost.__typename).toBe('PricedCost');
    if (code === 'TIMEOUT') {
      expect(failed.durationMs).toBeGreaterThanOrEqual(LIMIT_MS / 2);
      await badCalls(`${each.id}-whole`)[0]?.gone;
    }
  });

  it(
    tokens === 0 ? 'is not noticed in a stream' : 'ends a stream that was seen, with a typed error',
    async () => {
      const events: readonly Json[] = await answerTo(each, 'stream');
      if (tokens === 0) {
        expect(namesOf(events).filter((name) => name !== 'TextDelta')).toEqual([
          'CompletionStarted',
          'AttemptStarted',
          'AttemptFailed',
          'AttemptStarted',
          ...namesOf(events).filter((name) => name === 'UsageUpdated'),
          'CompletionFinished',
        ]);
        expect(textOf(events)).toBe('Good answer');
        expect(logOf(events.at(-1).completion.attempts)).toEqual([
          `bad FIRST FAILED ${code}`,
          'good FALLBACK SUCCEEDED',
        ]);
        return;
      }
      expect(events.at(-1)).toMatchObject({
        __typename: 'CompletionFailed',
        error: { __typename: 'UpstreamError', code, offeringId: `bad/${each.id}-stream` },
      });
      expect(events.find(({ __typename }) => __typename === 'AttemptFailed')).toMatchObject({
        willRetry: false,
      });
      expect(logOf(events.at(-1).failedCompletion.attempts)).toEqual([`bad FIRST FAILED ${code}`]);
      expect(textOf(events)).toMatch(/^ w0 w1/);
      expect(badCalls(`${each.id}-stream`)).toHaveLength(1);
    },
  );
});

describe.each(CASES.filter(({ tokens }) => tokens > 0))('of a provider that $what', (each) => {
  it('nothing is seen where tokens are held back: the stream goes on elsewhere', async () => {
    const events: readonly Json[] = await answerTo(each, 'held');
    expect(namesOf(events).filter((name) => /^(Completion|Attempt)/.test(name))).toEqual([
      'CompletionStarted',
      'AttemptStarted',
      'AttemptFailed',
      'AttemptStarted',
      'CompletionFinished',
    ]);
    expect(events.find(({ __typename }) => __typename === 'AttemptFailed')).toMatchObject({
      willRetry: true,
      attempt: { offeringId: `bad/${each.id}-held`, error: { code: each.code } },
    });
    expect(textOf(events)).toBe(HELD.join(''));
    expect(events.at(-1).completion.text).toBe(textOf(events));
  });
});

describe('in a stream', () => {
  beforeEach(() => routing.forget());

  it('a race tells of its loser before the end, and of no token but the winner’s', async () => {
    const { bad, good } = routing.upstreams;
    bad.behave(answer({ ttftMs: 3_000, tokens: [' never'] }));
    good.behave(answer({ ttftMs: 20, tokens: [' won', ' it'] }));
    const events = await routing.watch({
      model: 'lab/race-stream',
      routing: { strategy: 'RACE' },
    });
    const names = namesOf(events);
    expect(names.slice(0, 3)).toEqual(['CompletionStarted', 'AttemptStarted', 'AttemptStarted']);
    expect(events.find(({ __typename }) => __typename === 'AttemptCancelled')).toMatchObject({
      attempt: { offeringId: 'bad/race-stream', status: 'CANCELLED' },
    });
    expect(names.at(-1)).toBe('CompletionFinished');
    expect(textOf(events)).toBe(' won it');
    expect(events.at(-1).completion.attempts).toHaveLength(2);
  });

  it('a late first one is hedged, and the client sees one answer', async () => {
    routing.upstreams.bad.behave(neverAnswers);
    const events = await routing.watch({
      model: 'lab/hedge-stream',
      routing: {
        strategy: 'HEDGE',
        hedge: { afterMs: 60 },
      },
    });
    expect(events.filter(({ __typename }) => __typename === 'AttemptStarted')).toMatchObject([
      { offeringId: 'bad/hedge-stream', cause: 'FIRST' },
      { offeringId: 'good/hedge-stream', cause: 'HEDGE' },
    ]);
    expect(textOf(events)).toBe('Good answer');
  });
});
