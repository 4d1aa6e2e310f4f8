import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const MAIN = new URL('../../bin/modelgraph.js', import.meta.url).pathname;
export const ADMIN_KEY = 'mg_test-of-full-disks-0123456789';
const PIECE_BYTES = 4_096;

/** A small disk of its own, which no rights are needed for where users may have namespaces of their own. */
const isPossible = (): boolean => {
  const { path, remove } = temporaryFolder();
  const { status } = spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs -o size=1m tmpfs "$0"', path]);
  remove();
  return status === 0;
};
export const CAN_MOUNT = isPossible();
export const WHY_NOT = 'skipped: this system lets users mount nothing in namespaces of their own';

/** Two servers, one after the other, on a disk of `mebibytes`. */
export type OnOwnDisk = {
  /** The address of the first, or of the second. */
  url(round: 1 | 2): Promise<string>;
  output(): string;
  /** Takes all the space that is left. */
  fill(): void;
  free(): void;
  /** Stops the one that runs; the next starts, with all the space again. */
  stop(round: 1 | 2): Promise<void>;
  end(): void;
};

export const serveOnOwnDisk = (mebibytes: number): OnOwnDisk => {
  const { path, remove } = temporaryFolder();
  const script = `mount -t tmpfs -o size=${mebibytes}m tmpfs "$1" && for round in 1 2; do "$0" "$2" & echo "server $!"; wait $!; echo "ended $!"; rm -f "$1"/filler; done`;
  const child = spawn('unshare', ['-rm', 'sh', '-c', script, process.execPath, path, MAIN], {
    cwd: path,
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      MODELGRAPH_DATA_DIR: join(path, 'data'),
      MODELGRAPH_ADMIN_KEY: ADMIN_KEY,
      MODELGRAPH_LAUNCHER: String(process.pid),
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  const told = (pattern: RegExp, round: number): Promise<string> =>
    until(
      async () => [...output.matchAll(pattern)][round - 1]?.[1] ?? '',
      (found) => found !== '',
    );
  const pidOf = async (round: number): Promise<number> => Number(await told(/^server (\d+)$/gm, round));
  let pid = 0;
  const filler = (): string => join(`/proc/${pid}/root${path}`, 'filler');
  return {
    async url(round) {
      const url = await told(/REST base +(http:\/\/\S+)\/v1/g, round);
      pid = await pidOf(round);
      return url;
    },
    output: () => output,
    fill() {
      const fd = openSync(filler(), 'a');
      const piece = Buffer.alloc(PIECE_BYTES);
      try {
        for (;;) writeSync(fd, piece);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
      } finally {
        closeSync(fd);
      }
    },
    free: () => rmSync(filler()),
    async stop(round) {
      process.kill(await pidOf(round), 'SIGTERM');
      await told(/^ended (\d+)$/gm, round);
    },
    end() {
      for (const each of output.matchAll(/^server (\d+)$/gm))
        try {
          process.kill(Number(each[1]), 'SIGKILL');
        } catch {
          // It has ended.
        }
      child.kill('SIGKILL');
      remove();
    },
  };
};
