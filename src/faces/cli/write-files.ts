import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ProviderRow, withProvidersTable } from './providers-table.ts';

/** Why nothing was written, and what to do, for a person to read; undefined: all was written. */
export type Problem = string | undefined;

const NO_FILE = new Set(['ENOENT', 'ENOTDIR']);

/** What is wrong with the place that was named; `instead` says what to name. */
const problemOf = (error: unknown, path: string, instead: string): string => {
  const reason = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (NO_FILE.has(code)) return `there is no file at ${path}. ${instead}`;
  if (code === 'EISDIR') return `there is a folder at ${path}. ${instead}`;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return `${path} may not be read or written (${code}). Change its permissions, or name another place.`;
  return `${path}: ${reason}`;
};

/** Puts the table between its marks in a Markdown file, and leaves the rest of it as it is. */
export const writeProviders = (file: string, rows: readonly ProviderRow[]): Problem => {
  const cannot = 'The table of providers cannot be written: ';
  try {
    const text = withProvidersTable(readFileSync(file, 'utf8'), rows);
    if (typeof text !== 'string')
      return `${cannot}${file} has no place for it. Put these two lines where it goes:\n${text.missing.join('\n')}`;
    writeFileSync(file, text);
    return undefined;
  } catch (error) {
    return cannot + problemOf(error, file, 'Name the Markdown file that it goes into.');
  }
};

/** Writes each text under its name, in a folder that is made where there is none. */
export const writeSchemas = (directory: string, files: Readonly<Record<string, string>>): Problem => {
  const cannot = 'The schemas cannot be written: ';
  try {
    if (statSync(directory, { throwIfNoEntry: false })?.isFile())
      return `${cannot}there is a file at ${directory}. Name a folder.`;
    mkdirSync(directory, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
    return undefined;
  } catch (error) {
    return cannot + problemOf(error, directory, 'Name a folder.');
  }
};
