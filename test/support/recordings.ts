import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(
  import.meta.dirname,
  '../..',
  process.env.MODELGRAPH_RECORDINGS ?? '../shared/recordings',
);

export const hasRecordings = existsSync(root);

/** The title of a suite that needs the recordings, with the way to get them where they are missing. */
export const titleWithRecordings = (title: string): string =>
  hasRecordings
    ? title
    : `${title} (skipped: the recordings are not here; set MODELGRAPH_RECORDINGS to their folder)`;

/** The text of a file, by its path in the folder of recordings. */
export const recordedText = (name: string): string => readFileSync(resolve(root, name), 'utf8');

/** Files of recorded traffic in a folder, or in all of them: paths in the folder of recordings, in order. */
export const recordedFiles = (folder = ''): readonly string[] =>
  hasRecordings
    ? readdirSync(resolve(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.(json|chunks\.txt|sse)$/.test(file))
        .map((file) => (folder === '' ? file : `${folder}/${file}`))
        .sort()
    : [];

export type RecordedBody = { readonly [key: string]: unknown };

/** A file with a request and its answer. */
export type RecordedExchange = {
  readonly request: { readonly path: string; readonly query: string; readonly body: RecordedBody };
  readonly response: {
    readonly status: number;
    readonly headers: { readonly [name: string]: string };
    readonly body: string;
  };
};

const recordedBody = (name: string): RecordedBody => JSON.parse(recordedText(name));

const recordedExchange = (name: string): RecordedExchange => {
  const { request, response } = JSON.parse(recordedText(name));
  return { request, response };
};

export type ListedRecordings = {
  body(name: string): RecordedBody;
  exchange(name: string): RecordedExchange;
  /** Those of the list that nobody has read yet. */
  unread(): readonly string[];
};

/** Reads recordings that are in a list, so that a suite can show that it replays all of its list. */
export const listedRecordings = (names: readonly string[]): ListedRecordings => {
  const unread = new Set(names);
  const listed = (name: string): string => {
    if (!names.includes(name)) throw new Error(`${name} is not listed`);
    unread.delete(name);
    return name;
  };
  return {
    body: (name) => recordedBody(listed(name)),
    exchange: (name) => recordedExchange(listed(name)),
    unread: () => [...unread],
  };
};
