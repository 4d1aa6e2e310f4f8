/** The load, in a process of its own: does one job after another, as it is told by its parent. */
import { runClosedLoop } from './closed-loop.ts';
import type { LoadAnswer, LoadJob } from './load-job.ts';
import { runOpenLoop } from './open-loop.ts';

const run = ({ target, load }: LoadJob) => {
  switch (load.kind) {
    case 'closed':
      return runClosedLoop(target, load);
    case 'open':
      return runOpenLoop(target, load);
  }
};

const answer = (message: LoadAnswer): void => void process.send?.(message);

process.on('message', (job: LoadJob) => {
  run(job).then(
    (result) => answer({ kind: 'result', result }),
    (error: unknown) => answer({ kind: 'failed', message: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
