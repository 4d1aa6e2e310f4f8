import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const FOLDER = resolve(import.meta.dirname, '../..', process.env.MODELGRAPH_FAULTS ?? '../shared/faults');

/** Answers of an upstream as somebody reported them; undefined where this machine has none. */
export const reportedAnswers = (fault: string): string | undefined => {
  const file = resolve(FOLDER, fault, 'upstream.txt');
  return existsSync(file) ? readFileSync(file, 'utf8').replaceAll('\r\n', '\n') : undefined;
};
