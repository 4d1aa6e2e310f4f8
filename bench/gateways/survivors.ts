import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { RunPart } from './section.ts';

const PROGRAM = new URL('../../test/gateway/survivors.ts', import.meta.url).pathname;
const ROUNDS = 3;

/** What requests leave alive after young collections: what costs pauses, and full collections. */
export const run: RunPart = async ({ seconds, log }) => {
  const rounds: Readonly<Record<string, number>>[] = [];
  for (let round = 0; round < (seconds === undefined ? ROUNDS : 1); round += 1) {
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', PROGRAM]);
    const found: Readonly<Record<string, number>> = JSON.parse(stdout);
    log(stdout.trim());
    rounds.push(found);
  }
  /** A collection that comes in between makes more of it, none makes less. */
  const least = (id: string): number => Math.min(...rounds.map((round) => round[id] ?? Number.NaN));
  const ids = Object.keys(rounds[0] ?? {});
  const figures = Object.fromEntries(ids.map((id) => [`${id}.bytes`, least(id)]));
  return {
    id: 'survivors',
    title: `What a request leaves alive after a young collection, the least of ${rounds.length} runs of one process that serves and asks`,
    columns: [{ title: 'bytes a request', digits: 0 }],
    rows: ids.map((id) => ({ id, name: id, cells: [figures[`${id}.bytes`]] })),
    figures: { ...figures, 'most.bytes': Math.max(...ids.map(least)) },
    rounds: rounds.map((round, index) => ({ row: 'survivors', round: index, ...round })),
  };
};
