import { longPromptAsk, pictureAsk } from './asks.ts';
import { startLoad, withoutErrors } from './load.ts';
import type { LoadResult } from './load-job.ts';
import { throughPortkey } from './portkey.ts';
import { inTurns, medianOf, medianRatio } from './rounds.ts';
import type { RunPart } from './section.ts';
import type { Servers } from './servers.ts';
import type { Ask, Subject } from './subject.ts';
import { startWholeServers } from './subjects.ts';

const ROUNDS = 5;
const ROUND_MS = 1_000;
const CASES: readonly { readonly id: string; readonly ask: Ask }[] = [
  { id: 'prompt', ask: longPromptAsk },
  { id: 'picture', ask: pictureAsk },
];

const subjectsOf = ({ bare, ours, portkey, upstream }: Servers, ask: Ask): readonly Subject[] => [
  { id: 'bare', name: 'bare proxy', process: bare, ask },
  ...(portkey === undefined
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
const cpu = (result: LoadResult): number => result.cpu.all / result.answered;

/** Requests that are large themselves: 32,000 tokens as coding agents send, and a picture of 1 MB. */
export const run: RunPart = async ({ seconds, log }) => {
  const servers = await startWholeServers();
  const load = startLoad();
  const ms = seconds === undefined ? ROUND_MS : (seconds * 1_000) / ROUNDS;
  try {
    const found = new Map<string, ReadonlyMap<string, readonly LoadResult[]>>();
    for (const { id, ask } of CASES) {
      log(`large requests: ${id}`);
      const subjects = subjectsOf(servers, ask);
      const once = (subject: Subject) => withoutErrors(load, subject, { kind: 'closed', connections: 1, ms });
      for (const subject of subjects) await once(subject);
      found.set(id, await inTurns(subjects, ROUNDS, once));
    }
    const cases = [...found];
    return {
      id: 'large',
      title: `Large requests over REST go one after another, medians of ${ROUNDS} rounds of ${ms / 1_000} s`,
      columns: [
        { title: 'prompt of 32k tokens: CPU of bare', digits: 2 },
        { title: 'P50 ms', digits: 1 },
        { title: 'picture of 1 MB: CPU of bare', digits: 2 },
        { title: 'P50 ms', digits: 1 },
      ],
      rows: subjectsOf(servers, longPromptAsk).map(({ id, name }) => ({
        id,
        name,
        cells: cases.flatMap(([, results]) => [
          medianRatio(results, [id, 'bare'], cpu),
          medianOf(results, id, latency),
        ]),
      })),
      figures: Object.fromEntries(
        cases.flatMap(([name, results]) =>
          [...results.keys()].flatMap((id) => [
            [`${id}.${name}.p50Ms`, medianOf(results, id, latency)],
            [`${id}.${name}.cpuMs`, medianOf(results, id, cpu)],
            [`${id}.${name}.cpuMs.ofBare`, medianRatio(results, [id, 'bare'], cpu)],
          ]),
        ),
      ),
      rounds: cases.flatMap(([name, results]) =>
        [...results].flatMap(([subject, rounds]) =>
          rounds.map((result, round) => ({
            subject,
            case: name,
            round,
            p50Ms: latency(result),
            p99Ms: result.latency.p99,
            cpuMs: cpu(result),
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
