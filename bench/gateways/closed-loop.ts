import { connectTo, type HttpConnection, requestBytes } from './http-connection.ts';
import type { ClosedLoop, LoadResult, Target } from './load-job.ts';
import { startMeter } from './load-meter.ts';

const MAX_ERRORS = 100;

export const runClosedLoop = async (target: Target, { connections, ms }: ClosedLoop): Promise<LoadResult> => {
  const request = requestBytes(target);
  const expected = Buffer.from(target.expected);
  const sentAt = new Float64Array(connections);
  const all: HttpConnection[] = [];
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  let until = Number.POSITIVE_INFINITY;
  let underWay = connections;
  let errors = 0;
  let onAnswer = (_index: number, _result: true | string): void => {};
  for (let index = 0; index < connections; index += 1)
    all.push(await connectTo(target, request, expected, (result) => onAnswer(index, result)));

  const meter = startMeter(target);
  until = performance.now() + ms;
  const ask = (index: number): void => {
    sentAt[index] = performance.now();
    all[index]?.send();
  };
  onAnswer = (index, result) => {
    meter.count(sentAt[index] ?? Number.NaN, result);
    if (result !== true) errors += 1;
    if (performance.now() < until && errors < MAX_ERRORS) return ask(index);
    underWay -= 1;
    if (underWay === 0) end();
  };
  for (let index = 0; index < connections; index += 1) ask(index);
  await ended;
  const result = meter.result();
  for (const connection of all) connection.close();
  return result;
};
