import { lstatSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Document } from 'yaml';
import { FileReadError, readWithin } from './read-within.ts';

/** Read where there is a file: many servers have none. */
const yaml = (): typeof import('yaml') => createRequire(import.meta.url)('yaml');

/** Something that an operator wrote is wrong. The message says where and what to do. */
export class ConfigError extends Error {}

/** `providers[0].apiKey` */
export const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`,
    '',
  );

/** Whether there is anything under a name, a link that leads nowhere as well. What may not be looked at counts as absent. */
export const isPresent = (path: string): boolean => {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
};

/** Reading YAML takes a hundred times its size in memory. */
const MAX_YAML_BYTES = 16 * 1024 * 1024;
const MAX_TEXT_BYTES = 64 * 1024 * 1024;

/** Throws ConfigError, naming the file. */
export const readText = (path: string, maxBytes = MAX_TEXT_BYTES): string => {
  try {
    return readWithin(path, maxBytes);
  } catch (error) {
    if (error instanceof FileReadError) throw new ConfigError(`${path}: ${error.message}`);
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw new ConfigError(`${path}: cannot be read (${code}).`);
  }
};

/** A file's content, and where in it each part stands. */
export type FileContent = {
  readonly value: unknown;
  /** Where a path stands, e.g. `modelgraph.yaml:7`. */
  readonly at: (path: readonly PropertyKey[]) => string;
};

/** Where a path begins in the text: at its name, or at the item of a list; else where what holds it does. */
const offsetOf = (document: Document, path: readonly PropertyKey[]): number | undefined => {
  const { isMap, isNode, isScalar } = yaml();
  for (let length = path.length; length > 0; length -= 1) {
    const holder: unknown = document.getIn(path.slice(0, length - 1), true);
    const last = path[length - 1];
    const pair = isMap(holder)
      ? holder.items.find(({ key }) => isScalar(key) && key.value === last)
      : undefined;
    const node: unknown = pair?.key ?? document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return undefined;
};

const SEVERAL_DOCUMENTS =
  'a second document begins here. The file takes one: remove the line `---` and give each name once.';

/** Reads YAML, and so JSON. `holds` names what the file is a mapping of. Throws ConfigError, with the line. */
export const parseFile = (path: string, holds = '`providers`'): FileContent => {
  const { isMap, LineCounter, parseDocument, visit } = yaml();
  const lines = new LineCounter();
  const atOffset = (offset: number | undefined): string =>
    offset === undefined ? path : `${path}:${lines.linePos(offset).line}`;
  // A pretty error quotes the lines around it, keys included.
  const document = parseDocument(readText(path, MAX_YAML_BYTES), { lineCounter: lines, prettyErrors: false });
  const [problem] = document.errors;
  if (problem !== undefined) {
    const what = problem.code === 'MULTIPLE_DOCS' ? SEVERAL_DOCUMENTS : problem.message;
    throw new ConfigError(`${atOffset(problem.pos[0])}: ${what}`);
  }
  visit(document, {
    Alias: (_key, alias) => {
      if (alias.resolve(document) !== undefined) return;
      throw new ConfigError(
        `${atOffset(alias.range?.[0])}: a string that begins with * must be quoted: otherwise it is an alias, and no anchor has that name.`,
      );
    },
  });
  if (document.contents !== null && !isMap(document.contents)) {
    throw new ConfigError(`${atOffset(document.contents.range[0])}: takes a mapping with ${holds}.`);
  }
  return { value: document.toJS() ?? {}, at: (keys) => atOffset(offsetOf(document, keys)) };
};
