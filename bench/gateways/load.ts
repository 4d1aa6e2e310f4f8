import { fork } from 'node:child_process';
import type { ClosedLoop, LoadAnswer, LoadJob, LoadResult, OpenLoop } from './load-job.ts';
import { KEY } from './processes.ts';
import type { Subject } from './subject.ts';

/** The process that asks; one job at a time. */
export type Load = {
  run(subject: Subject, load: ClosedLoop | OpenLoop): Promise<LoadResult>;
  stop(): void;
};

/** Part of every true answer of the upstream, in whatever shape it is handed on. */
const EXPECTED = 'steadily steadily';

const jobOf = ({ process, ask }: Subject, load: ClosedLoop | OpenLoop): LoadJob => ({
  load,
  target: {
    url: process.url,
    pid: process.pid,
    path: ask.path,
    body: ask.body,
    expected: ask.expected ?? EXPECTED,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      authorization: `Bearer ${KEY}`,
      ...ask.headers,
    },
  },
});

export const startLoad = (): Load => {
  const child = fork(new URL('load-process.ts', import.meta.url).pathname, {
    stdio: 'inherit',
    // JSON would make null of NaN.
    serialization: 'advanced',
  });
  return {
    run: (subject, load) =>
      new Promise((resolve, reject) => {
        const onExit = (): void => reject(new Error(`${subject.name}: the load generator ended.`));
        child.once('exit', onExit);
        child.once('message', (answer: LoadAnswer) => {
          child.off('exit', onExit);
          if (answer.kind === 'failed')
            return void reject(new Error(`${subject.name}: the load failed: ${answer.message}`));
          resolve(answer.result);
        });
        child.send(jobOf(subject, load));
      }),
    stop: () => {
      if (child.connected) child.disconnect();
    },
  };
};

/** A load whose every answer is a true one: errors would be quick. */
export const withoutErrors = async (load: Load, subject: Subject, how: ClosedLoop): Promise<LoadResult> => {
  const result = await load.run(subject, how);
  if (result.errors > 0)
    throw new Error(`${subject.name}: ${result.errors} wrong answers, the first: ${result.firstError}`);
  return result;
};
