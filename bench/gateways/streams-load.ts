import { type ChildProcess, fork } from 'node:child_process';
import { cpuMsOf, type Process } from './processes.ts';
import type { FromReader, ReadStreams, StreamsRead } from './streams-message.ts';

export type StreamsReader = {
  /** `onBegin` and `onEnd` are called where the measured time begins and ends. */
  readonly read: (asked: ReadStreams, onBegin: () => void, onEnd: () => void) => Promise<StreamsRead>;
  readonly cpuMs: () => number;
  readonly stop: () => void;
};

const READER = new URL('streams-reader.ts', import.meta.url).pathname;

export const startReader = async (): Promise<StreamsReader> => {
  const child: ChildProcess = fork(READER, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: [],
    // JSON would make null of NaN.
    serialization: 'advanced',
  });
  const { pid } = child;
  let hear: (message: FromReader) => void = () => {};
  let lost: (problem: string) => void = () => {};
  child.on('message', (message: FromReader) => hear(message));
  child.once('exit', () => lost('the reader of streams has ended'));
  await new Promise<void>((resolve, reject) => {
    lost = (problem) => reject(new Error(problem));
    hear = () => resolve();
  });
  return {
    read: (asked, onBegin, onEnd) =>
      new Promise((resolve, reject) => {
        let finish = (): void => reject(new Error('the reader of streams read nothing'));
        lost = (problem) => reject(new Error(problem));
        hear = (message) => {
          switch (message.kind) {
            case 'READY':
              return;
            case 'BEGIN':
              return onBegin();
            case 'END':
              onEnd();
              finish = () => resolve(message.read);
              return;
            case 'FAILED':
              finish = () => reject(new Error(message.problem));
              return;
            case 'CLOSED':
              return finish();
          }
        };
        child.send(asked);
      }),
    cpuMs: () => (pid === undefined ? Number.NaN : cpuMsOf(pid).all),
    stop: () => void child.disconnect(),
  };
};

export type Pace = { readonly tokensPerSecond: number } | { readonly burst: number };

/** Holds for streams that begin after it. */
export const setPace = async (upstream: Process, pace: Pace): Promise<void> => {
  const answer = await fetch(`${upstream.url}/pace`, { method: 'POST', body: JSON.stringify(pace) });
  if (!answer.ok) throw new Error(`the upstream takes no pace: ${answer.status}`);
  await answer.arrayBuffer();
};
