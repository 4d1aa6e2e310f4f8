import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { asModelSlug } from '../../src/domain/ids.ts';
import { CODECS, WORKS, type Work } from '../golden/operation-works.ts';
import { type ServedBoth, serveBoth } from '../golden/served-graph.ts';
import {
  busy,
  type Scene,
  type SceneOptions,
  type Scripts,
  type Stage,
  startStage,
} from '../golden/stage.ts';
import { NEVER } from '../support/upstream.ts';
import { MODEL } from './harness.ts';
import { bookOf, model, policyWith } from './routing/route-fixtures.ts';

let stage: Stage;
let served: ServedBoth | undefined;
beforeAll(async () => {
  stage = await startStage();
});
afterEach(() => served?.close());
afterAll(() => stage?.close());

/** Each operation once, as REST clients ask for it. */
const OVER_REST = WORKS.filter(({ way, isVariant }) => way === 'rest' && !isVariant);
const EMBEDDING = WORKS.filter(({ name }) => name === 'embedding' || name === 'embed');

const begin = async (scripts: Scripts, options: SceneOptions = {}): Promise<Scene> => {
  const scene = stage.begin(['openai', 'anthropic'], scripts, { operations: CODECS, ...options });
  served = await serveBoth(scene);
  return scene;
};
const ask = (work: Work, more: object, as = MODEL): Promise<Response> => {
  if (served === undefined) throw new Error('nothing is served');
  const asked = work.way === 'rest' ? { modelgraph: more } : more;
  return work.send(served, { model: as, ...asked }, new AbortController().signal);
};
/** What was made of it, and what was recorded: `first/talker FIRST FAILED`. */
const attemptsOf = async ({ gateway, ledger, store }: Scene): Promise<readonly string[]> => {
  await expect.poll(() => gateway.active, { interval: 5 }).toBe(0);
  await ledger.flush();
  return (store.written.at(-1)?.attempts ?? []).map(
    ({ offeringId, cause, status }) => `${offeringId} ${cause} ${status}`,
  );
};

describe.each(OVER_REST)('$name', (work) => {
  it('is asked for again of the same provider where its route says so', async () => {
    const scene = await begin({ openai: [busy, work.answer] });
    const answering = ask(work, { routing: { fallback: { retries: 1 } } });
    await scene.asked('openai');
    const isAskedAgain = scene.asked('openai', 1);
    let hasCome = false;
    void isAskedAgain.then(() => {
      hasCome = true;
    });
    await expect
      .poll(
        () => {
          scene.clock.advance(50);
          return hasCome;
        },
        { interval: 5 },
      )
      .toBe(true);
    expect((await answering).status).toBe(200);
    expect(await attemptsOf(scene)).toEqual(['openai/talker FIRST FAILED', 'openai/talker RETRY SUCCEEDED']);
  });

  it('is raced: the first to answer wins, the other is closed and its likely bill is kept', async () => {
    const scene = await begin({ openai: [{ before: NEVER }], anthropic: [work.answer] });
    const answer = await ask(work, { routing: { strategy: 'RACE' } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-modelgraph-offering')).toBe('anthropic/talker');
    await stage.upstream.closedByClient(await scene.asked('openai'));
    expect(await attemptsOf(scene)).toEqual([
      'openai/talker FIRST CANCELLED',
      'anthropic/talker RACE SUCCEEDED',
    ]);
    const [loser] = scene.store.written[0]?.attempts ?? [];
    expect(loser?.usageEstimated).toBe(work.name === 'transcription' ? undefined : true);
  });

  it('goes to another provider once the first has been silent for the route’s limit', async () => {
    const scene = await begin({ openai: [{ before: NEVER }], anthropic: [work.answer] });
    const answering = ask(work, { routing: { fallback: { timeouts: { firstTokenMs: 300 } } } });
    const first = await scene.asked('openai');
    scene.clock.advance(350);
    expect((await answering).status).toBe(200);
    await stage.upstream.closedByClient(first);
    expect(await attemptsOf(scene)).toEqual([
      'openai/talker FIRST FAILED',
      'anthropic/talker FALLBACK SUCCEEDED',
    ]);
  });

  it('is hedged: the second is asked once the first is late', async () => {
    const scene = await begin({ openai: [{ before: NEVER }], anthropic: [work.answer] });
    const answering = ask(work, { routing: { strategy: 'HEDGE', hedge: { afterMs: 200 } } });
    await scene.asked('openai');
    scene.clock.advance(200);
    expect((await answering).status).toBe(200);
    expect(await attemptsOf(scene)).toEqual([
      'openai/talker FIRST CANCELLED',
      'anthropic/talker HEDGE SUCCEEDED',
    ]);
  });

  it('leaves a provider alone whose failures have opened its breaker', async () => {
    const scene = await begin({ openai: [busy], anthropic: [work.answer, work.answer] });
    const routing = { breaker: { consecutiveFailures: 1 } };
    expect((await ask(work, { routing })).status).toBe(200);
    expect(await attemptsOf(scene)).toHaveLength(2);
    expect((await ask(work, { routing })).status).toBe(200);
    expect(await attemptsOf(scene)).toEqual(['anthropic/talker FIRST SUCCEEDED']);
    expect(scene.store.written.at(-1)?.route.rejected).toMatchObject([
      { offeringId: 'openai/talker', reason: 'BREAKER_OPEN' },
    ]);
  });
});

describe.each(EMBEDDING)('an embedding asked for as $name', (work) => {
  it('goes by a saved route, whose name and version are kept', async () => {
    const book = bookOf({
      vectors: policyWith([model(asModelSlug(MODEL))], { strategy: { kind: 'CHEAPEST' } }),
    });
    const scene = await begin({ anthropic: [work.answer] }, { book, free: ['anthropic'] });
    const answer = await ask(work, {}, 'route:vectors');
    expect(answer.status).toBe(200);
    expect(await attemptsOf(scene)).toEqual(['anthropic/talker FIRST SUCCEEDED']);
    expect(scene.store.written[0]?.route).toMatchObject({
      requested: 'route:vectors',
      route: { name: 'vectors', version: 3 },
      strategy: 'CHEAPEST',
    });
  });

  it('goes by a policy of its own', async () => {
    const scene = await begin({ anthropic: [work.answer] });
    const routing = { candidates: [{ offering: 'anthropic/talker' }] };
    await ask(work, { routing });
    expect(await attemptsOf(scene)).toEqual(['anthropic/talker FIRST SUCCEEDED']);
  });
});
