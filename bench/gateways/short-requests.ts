import { chatAsk, embeddingsAsk, historyAsk, ROUTE } from './asks.ts';
import { startLoad, withoutErrors } from './load.ts';
import type { LoadResult } from './load-job.ts';
import type { Servers } from './servers.ts';
import type { Figures } from './short-judge.ts';
import type { Ask, Subject } from './subject.ts';
import { startWholeServers, wholeSubjects } from './subjects.ts';

const ROUNDS = 10;
const ROUND_MS = 500;
const WARM_UP_MS = 1_500;
const CONNECTIONS = 32;
const FLOOR = 'bare';
/** Subjects by the name that figures are kept under. */
const GUARDED: ReadonlyMap<string, string> = new Map(
  ['chat', 'translated', 'messages', 'mutation', 'route', 'embeddings', 'messages-200'].map((id) => [
    `${id}.cpu.serving`,
    id,
  ]),
);
export const REQUEST_FIGURES: readonly string[] = [...GUARDED.keys()];

/** Requests that are asked of the bare proxy as well: what they cost is beside what the same cost there. */
const WITH_FLOORS: readonly (readonly [string, Ask])[] = [
  ['embeddings', embeddingsAsk],
  ['messages-200', historyAsk(200)],
];
const floorOf = (id: string): string =>
  WITH_FLOORS.some(([name]) => name === id) ? `${FLOOR}-${id}` : FLOOR;

const subjectsOf = (servers: Servers): readonly Subject[] => [
  ...wholeSubjects(servers),
  { id: 'route', name: 'route', process: servers.ours, ask: chatAsk(ROUTE) },
  ...WITH_FLOORS.flatMap(([id, ask]) => [
    { id, name: id, process: servers.ours, ask },
    { id: floorOf(id), name: floorOf(id), process: servers.bare, ask },
  ]),
];

/** Requests a second, and the computing of other threads, vary more with what else the machine does. */
const servingMs = ({ cpu, answered }: LoadResult): number => cpu.main / answered;

/** What the serving thread computes for a request, as ratios to the bare proxy in the same round: only the figures of these names. */
export const measureRequests = async (names: readonly string[]): Promise<readonly Figures[]> => {
  const asked = [...GUARDED].filter(([name]) => names.includes(name));
  if (asked.length === 0) return [];
  const servers = await startWholeServers({ portkey: false });
  const load = startLoad();
  try {
    const subjects = subjectsOf(servers).filter(({ id }) =>
      asked.some(([, guarded]) => guarded === id || floorOf(guarded) === id),
    );
    const closed = (ms: number) => ({ kind: 'closed', connections: CONNECTIONS, ms }) as const;
    for (const subject of subjects) await withoutErrors(load, subject, closed(WARM_UP_MS));
    const rounds: Figures[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const costs = new Map<string, number>();
      for (let turn = 0; turn < subjects.length; turn += 1) {
        const subject = subjects[(turn + round) % subjects.length];
        if (subject !== undefined)
          costs.set(subject.id, servingMs(await withoutErrors(load, subject, closed(ROUND_MS))));
      }
      const costOf = (id: string): number => costs.get(id) ?? Number.NaN;
      rounds.push(Object.fromEntries(asked.map(([name, id]) => [name, costOf(id) / costOf(floorOf(id))])));
    }
    return rounds;
  } finally {
    load.stop();
    await servers.stop();
  }
};
