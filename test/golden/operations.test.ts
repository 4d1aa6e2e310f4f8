import { afterAll, afterEach, beforeAll, it } from 'vitest';
import { gate, NEVER, type Script } from '../support/upstream.ts';
import { CODECS, WORKS, type Work } from './operation-works.ts';
import { type ServedBoth, serveBoth } from './served-graph.ts';
import {
  busy,
  expectTrace,
  headersText,
  type ProviderName,
  refused,
  type Scene,
  type Stage,
  startStage,
  textOf,
} from './stage.ts';

/** What clients of the graph and of REST, providers and the ledger get of operations besides completions. */

let stage: Stage;
let served: ServedBoth | undefined;
beforeAll(async () => {
  stage = await startStage();
});
afterEach(() => served?.close());
afterAll(() => stage?.close());

type Hand = {
  readonly scene: Scene;
  /** Resolves once the server knows. */
  leave(): Promise<void>;
  answer(): void;
};
type Situation = {
  readonly what: string;
  /** ALL: in OpenAI's dialect, by each way to ask. EVERYWHERE: for variants and in Gemini's dialect, too. */
  readonly where: 'ALL' | 'EVERYWHERE' | 'REST';
  readonly model?: string;
  /** Beside the model. */
  readonly input?: (work: Work) => object;
  readonly first?: (answer: Script, answered: Promise<void>) => Script;
  readonly second?: (answer: Script) => Script;
  /** The second provider takes no money for the model. */
  readonly isSecondFree?: true;
  readonly isUnserved?: true;
  readonly before?: (scene: Scene) => void;
  readonly onceAsked?: (hand: Hand) => void | Promise<void>;
  readonly isGivenUp?: true;
};

const same = (answer: Script): Script => answer;
const silent = (): Script => ({ before: NEVER });
const late = (answer: Script, answered: Promise<void>): Script => ({ ...answer, before: answered });
const control = (work: Work, rest: object, graph: object): object =>
  work.way === 'rest' ? { modelgraph: rest } : graph;

const SITUATIONS: readonly Situation[] = [
  { what: 'done', where: 'EVERYWHERE', first: same },
  { what: 'fallback', where: 'EVERYWHERE', first: () => busy, second: same },
  { what: 'failed', where: 'EVERYWHERE', first: () => busy, second: () => busy },
  { what: 'bad-request', where: 'EVERYWHERE', first: () => refused(400, 'invalid_request_error') },
  {
    what: 'key-refused',
    where: 'ALL',
    first: () => refused(401, 'authentication_error'),
    second: () => refused(401, 'authentication_error'),
  },
  {
    what: 'rate-limited',
    where: 'ALL',
    first: () => refused(429, 'rate_limit_error', { 'retry-after': '7' }),
    second: () => refused(429, 'rate_limit_error', { 'retry-after': '3' }),
  },
  { what: 'broken', where: 'ALL', first: () => refused(500, 'api_error'), second: same },
  {
    what: 'malformed',
    where: 'EVERYWHERE',
    first: () => ({ headers: { 'content-type': 'application/json' }, body: '{"surprise":' }),
    second: same,
  },
  {
    what: 'cut',
    where: 'ALL',
    first: () => ({ headers: { 'content-type': 'application/json' }, body: '{"da', ending: 'cut' }),
    second: same,
  },
  { what: 'second-is-free', where: 'ALL', isSecondFree: true, first: same },
  { what: 'unknown-model', where: 'ALL', model: 'lab/talkr' },
  { what: 'unserved', where: 'ALL', isUnserved: true },
  { what: 'refused', where: 'EVERYWHERE', input: ({ invalid }) => invalid },
  {
    what: 'left',
    where: 'EVERYWHERE',
    first: silent,
    onceAsked: ({ leave }) => leave(),
    isGivenUp: true,
  },
  {
    what: 'left-drained',
    where: 'REST',
    input: (work) => control(work, { onDisconnect: 'DRAIN' }, {}),
    first: late,
    async onceAsked({ leave, answer }) {
      await leave();
      answer();
    },
  },
  {
    what: 'left-drained-failed',
    where: 'REST',
    input: (work) => control(work, { onDisconnect: 'DRAIN' }, {}),
    first: (_answer, answered) => late(busy, answered),
    async onceAsked({ leave, answer }) {
      await leave();
      answer();
    },
  },
  {
    what: 'stopping-in-time',
    where: 'ALL',
    first: late,
    onceAsked({ scene, answer }) {
      void scene.gateway.drain(1_000);
      scene.clock.advance(999);
      answer();
    },
  },
  {
    what: 'stopping-too-late',
    where: 'ALL',
    first: silent,
    onceAsked({ scene }) {
      void scene.gateway.drain(1_000);
      scene.clock.advance(1_000);
    },
    isGivenUp: true,
  },
  { what: 'stopped', where: 'ALL', before: ({ gateway }) => void gateway.drain(0) },
  {
    what: 'out-of-time',
    where: 'ALL',
    input: (work) => control(work, { timeouts: { totalMs: 1_000 } }, { timeoutMs: 1_000 }),
    first: silent,
    onceAsked: ({ scene }) => scene.clock.advance(1_000),
    isGivenUp: true,
  },
  {
    what: 'slower-than-first-token',
    where: 'REST',
    input: (work) => control(work, { timeouts: { firstTokenMs: 1_000, stallMs: 1_000 } }, {}),
    first: silent,
    second: same,
    onceAsked: ({ scene }) => scene.clock.advance(1_050),
    isGivenUp: true,
  },
  {
    what: 'routing',
    where: 'REST',
    input: (work) => control(work, { routing: { strategy: 'CHEAPEST' } }, {}),
    isSecondFree: true,
    second: same,
  },
  {
    what: 'tagged',
    where: 'ALL',
    input: (work) =>
      work.way === 'rest'
        ? { modelgraph: { tags: { team: 'blue' } } }
        : { metadata: { team: 'blue' }, user: 'u-1' },
    first: same,
  },
];

type Case = {
  readonly work: Work;
  readonly dialect: 'openai' | 'gemini';
  readonly situation: Situation;
  readonly name: string;
};
const cases = WORKS.flatMap((work) =>
  (['openai', 'gemini'] as const).flatMap((dialect): readonly Case[] => {
    if (dialect === 'gemini' && work.geminiAnswer === undefined) return [];
    const isFull = dialect === 'openai' && !work.isVariant;
    return SITUATIONS.filter(
      ({ where }) => where === 'EVERYWHERE' || (isFull && (where === 'ALL' || work.way === 'rest')),
    ).map((situation) => ({
      work,
      dialect,
      situation,
      name: `${work.way}-${work.name}${dialect === 'openai' ? '' : '-gemini'}-${situation.what}`,
    }));
  }),
);

it.each(cases)('$name', async ({ work, dialect, situation, name }) => {
  const { input, first, second, onceAsked, isGivenUp, isSecondFree, isUnserved } = situation;
  const answered = gate();
  const order = [
    dialect,
    dialect === 'openai' ? 'anthropic' : 'openai',
  ] as const satisfies readonly ProviderName[];
  const answer = (dialect === 'gemini' ? work.geminiAnswer : undefined) ?? work.answer;
  const scene = stage.begin(
    order,
    {
      [order[0]]: first === undefined ? [] : [first(answer, answered.opened)],
      [order[1]]: second === undefined ? [] : [second(work.answer)],
    },
    {
      ...(isUnserved !== true && { operations: CODECS }),
      ...(isSecondFree === true && { free: [order[1]] }),
      ...(work.providerModelId !== undefined && { providerModelId: work.providerModelId }),
    },
  );
  situation.before?.(scene);
  served = await serveBoth(scene);
  const client = new AbortController();
  const asked = {
    model: situation.model ?? 'lab/talker',
    // What Gemini has no place for is left out, as over REST.
    ...(dialect === 'gemini' && work.way === 'graph' && { unsupported: 'WARN' }),
    ...input?.(work),
  };
  const answering = work.send(served, asked, client.signal);
  const acted = (async () => {
    if (onceAsked === undefined) return;
    await scene.asked(dialect);
    const leave = async (): Promise<void> => {
      client.abort();
      await served?.left;
    };
    await onceAsked({ scene, leave, answer: answered.open });
  })();
  let said: string;
  try {
    const got = await answering;
    said = `${got.status}\n${headersText(got.headers)}\n\n${textOf(await got.bytes())}`;
  } catch (error) {
    if (!client.signal.aborted) throw error;
    said = '<left>';
  }
  await acted;
  if (isGivenUp === true) await stage.upstream.closedByClient(await scene.asked(dialect));
  const rows = await scene.rowsText();
  await expectTrace(stage, name, [
    work.asked(asked),
    scene.providersText(),
    ...(isGivenUp === true ? [`given up: the call to ${dialect}`] : []),
    `answer: ${said}`,
    `ledger:\n${rows}`,
  ]);
});
