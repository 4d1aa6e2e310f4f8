import {
  chatAsk,
  embeddingsAsk,
  historyAsk,
  longPromptAsk,
  OPENAI,
  pictureAsk,
  ROUTE,
  toolsAsk,
} from './asks.ts';
import { startLoad, withoutErrors } from './load.ts';
import type { LoadResult } from './load-job.ts';
import { throughPortkey } from './portkey.ts';
import { inTurns, medianOf, medianRatio } from './rounds.ts';
import type { RunPart, Section } from './section.ts';
import type { Servers } from './servers.ts';
import type { Ask, Subject } from './subject.ts';
import { startWholeServers } from './subjects.ts';

const ROUNDS = 5;
const ROUND_MS = 1_000;
const CONNECTIONS = 8;

/** One shape of requests. */
type Shape = {
  readonly id: string;
  readonly name: string;
  readonly ask: Ask;
  /** What it is beside, which is asked of the server as well. */
  readonly plain?: Ask;
  /** The other gateway is asked, too. */
  readonly isOfPeer?: true;
};
const SHAPES: readonly Shape[] = [
  { id: 'route', name: 'a saved route', ask: chatAsk(ROUTE), plain: chatAsk(OPENAI) },
  ...[20, 200, 2_000].map((count) => ({
    id: `messages-${count}`,
    name: `${count.toLocaleString('en-US')} messages`,
    ask: historyAsk(count),
  })),
  ...[8, 64, 512].map((count) => ({ id: `tools-${count}`, name: `${count} tools`, ask: toolsAsk(count) })),
  { id: 'embeddings', name: 'embeddings, a vector of 1,536', ask: embeddingsAsk },
  { id: 'prompt-32k', name: 'a prompt of 32,000 tokens', ask: longPromptAsk, isOfPeer: true },
  { id: 'picture', name: 'a picture of 1 MB', ask: pictureAsk, isOfPeer: true },
];

const subjectsOf = (
  { bare, ours, portkey, upstream }: Servers,
  { ask, plain, isOfPeer }: Shape,
): readonly Subject[] => [
  { id: 'bare', name: 'bare proxy', process: bare, ask },
  ...(plain === undefined ? [] : [{ id: 'plain', name: 'modelgraph', process: ours, ask: plain }]),
  ...(portkey === undefined || isOfPeer !== true
    ? []
    : [
        {
          id: 'portkey',
          name: '@portkey-ai/gateway',
          process: portkey,
          ask: throughPortkey(ask, upstream.url),
        },
      ]),
  { id: 'ours', name: 'modelgraph', process: ours, ask },
];

const latency = (result: LoadResult): number => result.latency.p50;
const all = (result: LoadResult): number => result.cpu.all / result.answered;
const serving = (result: LoadResult): number => result.cpu.main / result.answered;

type Found = ReadonlyMap<string, readonly LoadResult[]>;

const figuresOf = (shape: string, found: Found): Section['figures'] =>
  Object.fromEntries(
    [...found.keys()].flatMap((id) =>
      [
        ['p50Ms', medianOf(found, id, latency)] as const,
        ['cpuMs', medianOf(found, id, all)] as const,
        ['cpuMs.ofBare', medianRatio(found, [id, 'bare'], all)] as const,
        ['serving.ofBare', medianRatio(found, [id, 'bare'], serving)] as const,
        ['serving.ofPlain', medianRatio(found, [id, 'plain'], serving)] as const,
      ]
        .filter(([, value]) => Number.isFinite(value))
        .map(([name, value]) => [`${id}.${shape}.${name}`, value]),
    ),
  );

/** What the form of a request costs: long histories, many tools, saved routes, another operation, much to carry. */
export const run: RunPart = async ({ seconds, log, wants }) => {
  const servers = await startWholeServers();
  const load = startLoad();
  const ms = seconds === undefined ? ROUND_MS : (seconds * 1_000) / ROUNDS;
  const closed = { kind: 'closed', connections: CONNECTIONS, ms } as const;
  try {
    const shapes = SHAPES.filter(({ id }) => wants(id));
    const found = new Map<string, Found>();
    for (const shape of shapes) {
      log(`requests of another shape: ${shape.id}`);
      const subjects = subjectsOf(servers, shape);
      for (const subject of subjects) await withoutErrors(load, subject, closed);
      found.set(shape.id, await inTurns(subjects, ROUNDS, (subject) => withoutErrors(load, subject, closed)));
    }
    const figures = Object.fromEntries(
      [...found].flatMap(([id, each]) => Object.entries(figuresOf(id, each))),
    );
    return {
      id: 'shapes',
      title: `REST with requests of other shapes, ${CONNECTIONS} at once, beside the bare proxy with the same requests: medians of ${ROUNDS} rounds of ${ms / 1_000} s, by turns`,
      columns: [
        { title: 'CPU of the serving thread, of bare', digits: 2 },
        { title: 'of a plain model', digits: 2 },
        { title: 'CPU of all threads, of bare', digits: 2 },
        { title: 'of bare: Portkey', digits: 2 },
        { title: 'CPU ms', digits: 2 },
        { title: 'P50 ms', digits: 1 },
      ],
      rows: shapes.map(({ id, name }) => ({
        id,
        name,
        cells: [
          figures[`ours.${id}.serving.ofBare`],
          figures[`ours.${id}.serving.ofPlain`],
          figures[`ours.${id}.cpuMs.ofBare`],
          figures[`portkey.${id}.cpuMs.ofBare`],
          figures[`ours.${id}.cpuMs`],
          figures[`ours.${id}.p50Ms`],
        ],
      })),
      figures,
      rounds: [...found].flatMap(([row, each]) =>
        [...each].flatMap(([subject, rounds]) =>
          rounds.map((result, round) => ({
            row,
            subject,
            round,
            p50Ms: latency(result),
            p99Ms: result.latency.p99,
            cpuMs: all(result),
            servingCpuMs: serving(result),
            rssMb: result.rss / 1_048_576,
          })),
        ),
      ),
    };
  } finally {
    load.stop();
    await servers.stop();
  }
};
