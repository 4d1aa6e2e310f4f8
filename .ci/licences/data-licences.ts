import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALLOWED_FOR_DATA } from './allowed.ts';

/** Folders of shipped facts, each with a NOTICE.md whose table names the licence of each file. */
export const DATA_FOLDERS = ['src/catalogue/seed-data', 'src/catalogue/seed-data/quality'];

const SPDX = /\b(?:MIT|ISC|[A-Z][A-Za-z0-9]*(?:-[A-Za-z0-9.]+)+)\b/g;

/** What is wrong with the licences of a folder's data files, a line each. */
export const dataProblems = (folder: string): readonly string[] => {
  const notice = join(folder, 'NOTICE.md');
  const lines = existsSync(notice) ? readFileSync(notice, 'utf8').split('\n') : [];
  const rows = lines
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const column = rows[0]?.indexOf('licence') ?? -1;
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => {
      const row = rows.find((cells) => cells.some((cell) => cell.includes(`\`${name}\``)));
      if (row === undefined) return [`${join(folder, name)}: NOTICE.md does not name it`];
      const licences = row[column]?.match(SPDX) ?? [];
      if (licences.length === 0) return [`${join(folder, name)}: NOTICE.md names no licence for it`];
      return licences
        .filter((licence) => !(licence in ALLOWED_FOR_DATA))
        .map((licence) => `${join(folder, name)}: ${licence}`);
    });
};
