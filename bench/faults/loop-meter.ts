/**
 * Loaded into a server by `--import`: says what its turns of the event loop cost while it is told to watch. Turns are measured in
 * the processor's time of the thread that serves, which other work on the machine does not lengthen.
 */
import { createServer } from 'node:http';

type Watch = { readonly beganUs: number; longestUs: number; lastUs: number; stop: boolean };

const cpuUs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return user + system;
};

let watch: Watch | undefined;

const turn = (each: Watch): void => {
  const now = cpuUs();
  each.longestUs = Math.max(each.longestUs, now - each.lastUs);
  each.lastUs = now;
  // Not at once: a server that never rests would be slower than it is.
  if (!each.stop) setImmediate(turn, each);
};

const begin = (): void => {
  const now = cpuUs();
  watch = { beganUs: now, longestUs: 0, lastUs: now, stop: false };
  setImmediate(turn, watch);
};

const end = (): object => {
  if (watch === undefined) return {};
  watch.stop = true;
  const { heapUsed, rss } = process.memoryUsage();
  return { longestMs: watch.longestUs / 1_000, heapUsed, rss };
};

const meter = createServer((request, response) => {
  if (request.url === '/begin') begin();
  response.end(JSON.stringify(request.url === '/end' ? end() : {}));
});
meter.listen(0, '127.0.0.1', () => {
  const address = meter.address();
  if (typeof address === 'object' && address !== null)
    process.stderr.write(`loop meter http://127.0.0.1:${address.port}/\n`);
});
meter.unref();
