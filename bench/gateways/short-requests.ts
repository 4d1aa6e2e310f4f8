import { startLoad, withoutErrors } from './load.ts';
import type { LoadResult } from './load-job.ts';
import type { Figures } from './short-judge.ts';
import { startServers, wholeSubjects } from './subjects.ts';

const ROUNDS = 12;
const ROUND_MS = 500;
const WARM_UP_MS = 3_000;
const CONNECTIONS = 32;
const FLOOR = 'bare';
const GUARDED = ['chat', 'translated', 'messages', 'mutation'];

const cpuMs = ({ cpu, answered }: LoadResult): { readonly all: number; readonly serving: number } => ({
  all: cpu.all / answered,
  serving: cpu.main / answered,
});

/** CPU a request of each face, as ratios to the bare proxy in the same round: all threads, and the one that serves. */
export const measureRequests = async (): Promise<readonly Figures[]> => {
  const servers = await startServers({ portkey: false });
  const load = startLoad();
  try {
    const subjects = wholeSubjects(servers).filter(({ id }) => id === FLOOR || GUARDED.includes(id));
    const closed = (ms: number) => ({ kind: 'closed', connections: CONNECTIONS, ms }) as const;
    for (const subject of subjects) await withoutErrors(load, subject, closed(WARM_UP_MS));
    const rounds: Figures[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const costs = new Map<string, ReturnType<typeof cpuMs>>();
      for (let turn = 0; turn < subjects.length; turn += 1) {
        const subject = subjects[(turn + round) % subjects.length];
        if (subject !== undefined)
          costs.set(subject.id, cpuMs(await withoutErrors(load, subject, closed(ROUND_MS))));
      }
      const floor = costs.get(FLOOR);
      if (floor === undefined) continue;
      rounds.push(
        Object.fromEntries(
          [...costs].flatMap(([id, cost]) =>
            id === FLOOR
              ? []
              : [
                  [`${id}.cpu`, cost.all / floor.all],
                  [`${id}.cpu.serving`, cost.serving / floor.serving],
                ],
          ),
        ),
      );
    }
    return rounds;
  } finally {
    load.stop();
    await servers.stop();
  }
};
