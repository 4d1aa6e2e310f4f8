import { existsSync, readFileSync } from 'node:fs';
import type { Edition } from './edition.ts';

const DAY = /^(.+)@(\d{4}-\d{2}-\d{2})$/;

/**
 * The text of a list that is a file of a repository, and its day. `wanted`: `path@YYYY-MM-DD` of a copy; absent: what the
 * address gives now.
 */
export const readListFile = async (
  url: string,
  wanted: string | undefined,
): Promise<{ readonly text: string; readonly edition: Edition }> => {
  if (wanted !== undefined) {
    const [, path, day] = DAY.exec(wanted) ?? [];
    if (path === undefined || day === undefined || !existsSync(path))
      throw new Error(`"${wanted}" is not the path of a file and its day, e.g. prices.json@2026-08-01`);
    return { text: readFileSync(path, 'utf8'), edition: editionOfDay(day) };
  }
  const answer = await fetch(url, { signal: AbortSignal.timeout(60_000) });
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
  return { text: await answer.text(), edition: editionOfDay(new Date().toISOString().slice(0, 10)) };
};

const editionOfDay = (day: string): Edition => ({ version: day, publishedAt: `${day}T00:00:00.000Z` });
