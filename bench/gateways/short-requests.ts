import { startLoad, withoutErrors } from './load.ts';
import type { LoadResult } from './load-job.ts';
import type { Figures } from './short-judge.ts';
import { startWholeServers, wholeSubjects } from './subjects.ts';

const ROUNDS = 10;
const ROUND_MS = 500;
const WARM_UP_MS = 2_500;
const CONNECTIONS = 32;
const FLOOR = 'bare';
/** Subjects by the name that figures are kept under. */
const GUARDED: ReadonlyMap<string, string> = new Map([
  ['chat.cpu.serving', 'chat'],
  ['translated.cpu.serving', 'translated'],
  ['messages.cpu.serving', 'messages'],
  ['mutation.cpu.serving', 'mutation'],
]);
export const REQUEST_FIGURES: readonly string[] = [...GUARDED.keys()];

/** Requests a second, and the computing of other threads, vary more with what else the machine does. */
const servingMs = ({ cpu, answered }: LoadResult): number => cpu.main / answered;

/** What the serving thread computes for a request, as ratios to the bare proxy in the same round: only the figures of these names. */
export const measureRequests = async (names: readonly string[]): Promise<readonly Figures[]> => {
  const asked = [...GUARDED].filter(([name]) => names.includes(name));
  if (asked.length === 0) return [];
  const servers = await startWholeServers({ portkey: false });
  const load = startLoad();
  try {
    const subjects = wholeSubjects(servers).filter(
      ({ id }) => id === FLOOR || asked.some(([, guarded]) => guarded === id),
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
      const floor = costs.get(FLOOR) ?? Number.NaN;
      rounds.push(
        Object.fromEntries(asked.map(([name, id]) => [name, (costs.get(id) ?? Number.NaN) / floor])),
      );
    }
    return rounds;
  } finally {
    load.stop();
    await servers.stop();
  }
};
