import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const FOLDER = resolve(import.meta.dirname, '../..', process.env.MODELGRAPH_FAULTS ?? '../shared/faults');

/** Answers of an upstream as somebody reported them; undefined where this machine has none. */
export const reportedAnswers = (fault: string): string | undefined => {
  const file = resolve(FOLDER, fault, 'upstream.txt');
  return existsSync(file) ? readFileSync(file, 'utf8').replaceAll('\r\n', '\n') : undefined;
};

export type ReportedRequest = {
  readonly title: string;
  readonly path: string;
  readonly body: { readonly model: string; readonly [field: string]: unknown };
};

type Reported = {
  readonly POST?: string;
  readonly body?: ReportedRequest['body'];
  readonly neighbours?: readonly unknown[];
};

const isReported = (value: unknown): value is Reported => typeof value === 'object' && value !== null;

/** Its own request and those that are told beside it, which may leave out what they have in common. */
const requestsOf = (title: string, reported: Reported): readonly ReportedRequest[] => {
  const { POST: path, body, neighbours = [] } = reported;
  if (path === undefined || body === undefined) return [];
  const beside = neighbours.filter(isReported).map((neighbour, at): ReportedRequest => {
    const { POST: ownPath = path, body: ownBody, ...fields } = neighbour;
    return { title: `${title}, neighbour ${at + 1}`, path: ownPath, body: ownBody ?? { ...body, ...fields } };
  });
  return [{ title, path, body }, ...beside];
};

/** Requests that somebody reported as refused or changed; none where this machine has none. */
export const reportedRequests = (): readonly ReportedRequest[] =>
  existsSync(FOLDER)
    ? readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
        .filter((file) => /request[^/]*\.json$/.test(file))
        .sort()
        .flatMap((file) => requestsOf(file, JSON.parse(readFileSync(resolve(FOLDER, file), 'utf8'))))
    : [];
