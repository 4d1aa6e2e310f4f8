import { Agent } from 'undici';
import { KEY } from './processes.ts';
import type { Subject } from './subject.ts';

const agent = new Agent({
  pipelining: 1,
  connections: 1_024,
  allowH2: false,
  headersTimeout: 0,
  bodyTimeout: 0,
});
export const closeLoad = (): Promise<void> => agent.destroy();

const send = (subject: Subject, signal?: AbortSignal) =>
  agent.request({
    origin: subject.process.url,
    method: 'POST',
    path: subject.ask.path,
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${KEY}`,
      ...subject.ask.headers,
    },
    body: subject.ask.body,
    ...(signal !== undefined && { signal }),
  });

/** Fails on whatever is no answer: errors would be quick. */
export const askOnce = async (subject: Subject): Promise<void> => {
  const { statusCode, body } = await send(subject);
  const text = await body.text();
  if (statusCode !== 200 || !text.includes('steadily'))
    throw new Error(`${subject.name}: ${statusCode} ${text.slice(0, 500)}`);
};

export type Round = {
  readonly perSecond: number;
  /** Milliseconds of computing by the server that was asked. */
  readonly cpuMs: number;
  /** Of it, in the thread that serves. */
  readonly mainMs: number;
  /** Milliseconds until the whole answer is here, on average. */
  readonly tookMs: number;
};

/** As many as come in `ms`, each connection asking again once it has its answer. */
export const closedLoop = async (subject: Subject, connections: number, ms: number): Promise<Round> => {
  const cpuBefore = subject.process.cpuMs();
  const before = performance.now();
  let answered = 0;
  const keepAsking = async (): Promise<void> => {
    while (performance.now() - before < ms) {
      await askOnce(subject);
      answered += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, keepAsking));
  const took = performance.now() - before;
  const cpu = subject.process.cpuMs();
  return {
    perSecond: (answered * 1_000) / took,
    cpuMs: (cpu.all - cpuBefore.all) / answered,
    mainMs: (cpu.main - cpuBefore.main) / answered,
    tookMs: (took * connections) / answered,
  };
};

export type StreamRound = { readonly cpuUs: number; readonly framesPerSecond: number; readonly rss: number };

const FRAME_END = '\n\n';
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Streams side by side; measured are `ms` from when all of them are flowing. */
export const manyStreams = async (subject: Subject, count: number, ms: number): Promise<StreamRound> => {
  const aborter = new AbortController();
  let frames = 0;
  let open = 0;
  const { promise: allOpen, resolve } = Promise.withResolvers<void>();
  const read = async (): Promise<void> => {
    const { statusCode, body } = await send(subject, aborter.signal);
    if (statusCode !== 200) throw new Error(`${subject.name}: ${statusCode} ${await body.text()}`);
    let isFirst = true;
    for await (const chunk of body) {
      const text = (chunk as Buffer).toString('latin1');
      for (let at = text.indexOf(FRAME_END); at >= 0; at = text.indexOf(FRAME_END, at + 2)) frames += 1;
      if (!isFirst) continue;
      isFirst = false;
      open += 1;
      if (open === count) resolve();
    }
  };
  const reading = Array.from({ length: count }, async () => {
    try {
      await read();
    } catch (error) {
      if (!aborter.signal.aborted) throw error;
    }
  });
  await Promise.race([allOpen, Promise.all(reading)]);
  await pause(500);
  const cpuBefore = subject.process.cpuMs();
  const framesBefore = frames;
  const before = performance.now();
  await pause(ms);
  const seen = frames - framesBefore;
  const result = {
    cpuUs: ((subject.process.cpuMs().all - cpuBefore.all) * 1_000) / seen,
    framesPerSecond: (seen * 1_000) / (performance.now() - before),
    rss: subject.process.rss(),
  };
  aborter.abort();
  await Promise.all(reading);
  await pause(200);
  return result;
};
