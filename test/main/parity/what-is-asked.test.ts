import { beforeAll, describe, expect, it } from 'vitest';
import type { Face, FaceName, Request } from './faces.ts';
import type { Asked, Call, Json, Said, Turn, Upstream } from './meaning.ts';
import { type ParityServer, parityServer } from './server.ts';
import { CELLS, FACES, ownOffering, UPSTREAMS } from './table.ts';

let parity: ParityServer;
beforeAll(async () => {
  parity = await parityServer();
});

const USAGE = { input: 3, cached: 0, written: 0, output: 2, reasoning: 0 };
const OK: Said = { text: 'ok', end: 'STOP', usage: USAGE };
const USER: Turn = { role: 'user', text: 'Look at the sea.' };
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** The answer, and the body that the provider was sent for it. */
const exchange = async (
  face: Face,
  upstream: Upstream,
  said: Said,
  request: Omit<Request, 'model' | 'isStreamed'> & { readonly isStreamed?: boolean },
): Promise<{ readonly answer: Json; readonly body: Json; readonly warnings: number }> => {
  const { isStreamed = false } = request;
  parity.sent();
  parity.next(
    isStreamed ? upstream.stream(Object.values(upstream.frames(said)).flat()) : upstream.whole(said),
  );
  const reply = await face.ask(parity, { ...request, model: ownOffering(upstream), isStreamed });
  if (reply.kind === 'ERROR') throw new Error(`an error on ${face.name}: ${reply.word}`);
  const bodies = parity.sent();
  expect(bodies).toHaveLength(1);
  return { answer: reply.answer, body: bodies[0], warnings: reply.warnings };
};

type AskedBy = { readonly face: FaceName; readonly asked: Asked; readonly warnings: number };

/** What a provider was asked by each face for the same conversation. */
const askedOf = async (upstream: Upstream, turns: readonly Turn[]): Promise<readonly AskedBy[]> => {
  const all: AskedBy[] = [];
  for (const face of FACES) {
    const { body, warnings } = await exchange(face, upstream, OK, { history: face.history(turns) });
    all.push({ face: face.name, asked: upstream.asked(body), warnings });
  }
  return all;
};

const call = (id: string): Required<Call> => ({ id, name: 'look', arguments: '{"at":"the sea"}' });
/** A turn of calls, each answered by its id and place. */
const called = (ids: readonly string[], image?: string): readonly Turn[] => [
  { role: 'assistant', calls: ids.map(call) },
  {
    role: 'tools',
    results: ids.map((id, n) => ({ id, text: `${n}`, ...(n === 0 && image !== undefined && { image }) })),
  },
];

/** Ids of the calls of each turn. */
const IDS: readonly { readonly title: string; readonly turns: readonly (readonly string[])[] }[] = [
  { title: 'that every provider takes', turns: [['a1B2c3D4e'], ['f5G6h7I8j', 'k9L0m1N2o']] },
  {
    title: 'with signs of another provider',
    turns: [['functions.look:0'], ['functions.look:1', 'call/1|fc_2']],
  },
  { title: 'that are too long', turns: [[`chatcmpl-tool-${'a1b2c3d4'.repeat(12)}`]] },
  {
    title: 'that differ only in signs',
    turns: [['functions.look:0', 'functions/look.0', 'functions look 0']],
  },
  { title: 'that stand for several calls', turns: [['call_0'], ['call_0'], ['call_1']] },
];

describe.each(UPSTREAMS)('$name is asked the same by every face', (upstream) => {
  it.each(IDS)('ids of calls $title', async ({ turns }) => {
    const given = turns.flat();
    const all = await askedOf(upstream, [USER, ...turns.flatMap((ids) => called(ids)), USER]);
    const [first] = all;
    for (const { face, asked, warnings } of all) {
      const { calls, results } = asked;
      expect([face, calls, warnings]).toEqual([face, first?.asked.calls, first?.warnings]);
      expect([face, results.map(({ id }) => id)]).toEqual([face, calls]);
      expect(results.map(({ text }) => text)).toEqual(turns.flatMap((ids) => ids.map((_id, n) => `${n}`)));
      expect(calls).toHaveLength(given.length);
      for (const id of calls) expect(id).toMatch(upstream.idsTaken);
      if (upstream.areIdsUnique) expect(new Set(calls).size).toBe(given.length);
      const fit = given.every((id, n) => upstream.idsTaken.test(id) && given.indexOf(id) === n);
      if (fit && upstream.has.ids) expect(calls).toEqual(given);
    }
  });

  it('images in results', async () => {
    const images = upstream.has.images ? [PNG] : [];
    const all = await askedOf(upstream, [USER, ...called(['a1B2c3D4e', 'f5G6h7I8j'], PNG)]);
    for (const { face, asked, warnings } of all) {
      expect([face, asked.results]).toMatchObject([
        face,
        [
          { text: '0', images },
          { text: '1', images: [] },
        ],
      ]);
      // One says that the catalogue does not list the model.
      expect([face, warnings]).toEqual([face, upstream.has.images ? 1 : 2]);
    }
  });

  it.each(['OFF', 'HIGH'] as const)('reasoning: %s', async (effort) => {
    for (const face of FACES) {
      const { body } = await exchange(face, upstream, OK, { history: face.history([USER]), effort });
      expect([face.name, upstream.asked(body).effort]).toEqual([face.name, effort]);
    }
  });
});

const SIGNATURE = 'U0lHTkFUVVJF';
/** A first turn, as each provider would answer it. */
const firstTurn = ({ has }: Upstream): Said => ({
  reasoning: { text: 'I look.', ...(has.signatures && { signature: SIGNATURE }) },
  calls: [
    { ...(has.ids && { id: 'a1B2c3D4e' }), name: 'look', arguments: '{"at":"the sea"}' },
    { ...(has.ids && { id: 'f5G6h7I8j' }), name: 'look', arguments: '{}' },
  ],
  end: 'TOOLS',
  usage: USAGE,
});

describe.each(UPSTREAMS)('a conversation that $name has begun', (first) => {
  it.each(CELLS)('goes on there and anywhere else: $cell', async ({ face, isStreamed }) => {
    const begun = face.history([USER]);
    const { answer } = await exchange(face, first, firstTurn(first), { history: begun, isStreamed });
    const results = face
      .hear(answer)
      .calls.map(({ id }, n) => ({ id, text: `${n}`, ...(n === 0 && first.has.images && { image: PNG }) }));
    expect(new Set(results.map(({ id }) => id)).size).toBe(2);
    const history = [...begun, ...face.given(answer), ...face.history([{ role: 'tools', results }])];
    // How an answer came is of no matter elsewhere: one other provider will do.
    const others = UPSTREAMS.filter((other) => other !== first).slice(0, isStreamed ? 1 : undefined);
    for (const next of [first, ...others]) {
      const { body } = await exchange(face, next, OK, { history });
      const { calls, results: given, signatures, reasoning } = next.asked(body);
      expect([next.name, given.map(({ id }) => id)]).toEqual([next.name, calls]);
      expect(given.map(({ text }) => text)).toEqual(['0', '1']);
      for (const id of calls) expect(id).toMatch(next.idsTaken);
      if (next === first) {
        expect(signatures).toEqual(first.has.signatures ? [SIGNATURE] : []);
        if (first.has.history) expect(reasoning).toEqual(['I look.']);
      } else {
        expect([next.name, JSON.stringify(body)]).toEqual([
          next.name,
          expect.not.stringMatching(/U0lHTkFUVVJF|mg1\.|mg-signed|mg-calls|mgtc1\.|mgid_/),
        ]);
      }
    }
  });
});
