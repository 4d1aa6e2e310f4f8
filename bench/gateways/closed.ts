import { startLoad, withoutErrors } from './load.ts';
import type { LoadResult } from './load-job.ts';
import { inTurns, medianOf, medianRatio } from './rounds.ts';
import type { RunPart, Section } from './section.ts';
import { startWholeServers, wholeSubjects } from './subjects.ts';

const ROUND_MS = 1_500;
const WARM_UP_MS = 3_000;
const CONNECTIONS = [32, 256, 1] as const;
type Connections = (typeof CONNECTIONS)[number];
/** Targets are judged at 32. */
const ROUNDS: Readonly<Record<Connections, number>> = { 32: 5, 256: 3, 1: 3 };
/** Measured, and kept with the results. */
const NOT_SHOWN = ['messages'];

const perSecond = (result: LoadResult): number => result.perSecond;
const cpuAll = ({ cpu, answered }: LoadResult): number => cpu.all / answered;
const cpuMain = ({ cpu, answered }: LoadResult): number => cpu.main / answered;
const megabytes = ({ rss }: LoadResult): number => rss / 1_048_576;

type Results = ReadonlyMap<Connections, ReadonlyMap<string, readonly LoadResult[]>>;

const figuresOf = (results: Results): Section['figures'] =>
  Object.fromEntries(
    [...results].flatMap(([connections, found]) =>
      [...found.keys()].flatMap((id) => {
        const named = (name: string, value: number): readonly (readonly [string, number])[] =>
          Number.isFinite(value) ? [[`${id}.${connections}.${name}`, value]] : [];
        return [
          ...named('perSecond', medianOf(found, id, perSecond)),
          ...named('perSecond.ofBare', medianRatio(found, [id, 'bare'], perSecond)),
          ...named('perSecond.ofPortkey', medianRatio(found, [id, 'portkey'], perSecond)),
          ...named('cpuMs', medianOf(found, id, cpuAll)),
          ...named('cpuMs.serving', medianOf(found, id, cpuMain)),
          ...named('cpuMs.ofBare', medianRatio(found, [id, 'bare'], cpuAll)),
          ...named('cpuMs.ofChat', medianRatio(found, [id, 'chat'], cpuAll)),
          ...named('rssMb', medianOf(found, id, megabytes)),
        ];
      }),
    ),
  );

/** Each connection asks again as soon as it has its answer: what a server can carry, and what that costs it. */
export const run: RunPart = async ({ seconds, log, wants }) => {
  const servers = await startWholeServers();
  const load = startLoad();
  const roundMs = seconds === undefined ? ROUND_MS : (seconds * 1_000) / ROUNDS[32];
  try {
    const subjects = wholeSubjects(servers);
    for (const subject of subjects)
      await withoutErrors(load, subject, {
        kind: 'closed',
        connections: 32,
        ms: Math.min(WARM_UP_MS, roundMs * 2),
      });
    const results = new Map<Connections, ReadonlyMap<string, readonly LoadResult[]>>();
    for (const connections of CONNECTIONS) {
      if (!wants(`rest-${connections}`)) continue;
      log(`closed loop, ${connections} at once`);
      results.set(
        connections,
        await inTurns(subjects, ROUNDS[connections], (subject) =>
          withoutErrors(load, subject, { kind: 'closed', connections, ms: roundMs }),
        ),
      );
    }
    const figures = figuresOf(results);
    const shown = (id: string, name: string): number | undefined => figures[`${id}.${name}`];
    return {
      id: 'closed',
      title: `First, each of 32 clients (256, 1) asks again once it is answered: medians of ${ROUNDS[32]} (${ROUNDS[256]}, ${ROUNDS[1]}) rounds of ${roundMs / 1_000} s, by turns`,
      columns: [
        { title: 'requests/s, of bare', digits: 2 },
        { title: 'of Portkey', digits: 1 },
        { title: 'requests/s', digits: 0 },
        { title: '256 clients', digits: 0 },
        { title: '1 client', digits: 0 },
        { title: 'CPU ms a request', digits: 2 },
      ],
      rows: subjects
        .filter(({ id }) => !NOT_SHOWN.includes(id))
        .map(({ id, name }) => ({
          id,
          name,
          cells: [
            shown(id, '32.perSecond.ofBare'),
            shown(id, '32.perSecond.ofPortkey'),
            shown(id, '32.perSecond'),
            shown(id, '256.perSecond'),
            shown(id, '1.perSecond'),
            shown(id, '32.cpuMs'),
          ],
        })),
      figures,
      rounds: [...results].flatMap(([connections, found]) =>
        [...found].flatMap(([subject, rounds]) =>
          rounds.map((result, round) => ({
            row: `rest-${connections}`,
            subject,
            connections,
            round,
            perSecond: result.perSecond,
            p50Ms: result.latency.p50,
            p99Ms: result.latency.p99,
            cpuMs: cpuAll(result),
            servingCpuMs: cpuMain(result),
            generatorCpuMs: result.generatorMs / result.answered,
            rssMb: megabytes(result),
          })),
        ),
      ),
    };
  } finally {
    load.stop();
    await servers.stop();
  }
};
