import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { FirstListedFile } from '../../src/catalogue/shipped/first-listed.ts';
import type { ShippedList } from '../../src/catalogue/shipped/shipped-list.ts';

const textOf = ({ first, ...about }: FirstListedFile): string => {
  const providers = Object.entries(first).map(([id, ids]) => `${JSON.stringify(id)}:${JSON.stringify(ids)}`);
  return `${JSON.stringify(about).slice(0, -1)},"first":{\n${providers.join(',\n')}\n}}\n`;
};

/** Notes in `file` which offerings an edition of a list names that none before it named. Editions come oldest first. */
export const noteEdition = (file: string, list: ShippedList): void => {
  const { source, licence, pageUrl, version, publishedAt } = list;
  const known: FirstListedFile = existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : { source, licence, pageUrl, editions: [], first: {} };
  const day = publishedAt.slice(0, 10);
  const last = known.editions.at(-1);
  if (last !== undefined && last.day >= day) return;
  const place = known.editions.length;
  const sources = new Map(Object.entries(known.first).map(([id, ids]) => [id, new Map(Object.entries(ids))]));
  for (const { id: providerId, offerings } of list.providers) {
    const ids = sources.get(providerId) ?? new Map<string, number>();
    sources.set(providerId, ids);
    for (const { id } of offerings) if (!ids.has(id)) ids.set(id, place);
  }
  const first = Object.fromEntries(
    [...sources]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([id, ids]) => [
        id,
        Object.fromEntries([...ids].toSorted(([one], [other]) => (one < other ? -1 : 1))),
      ]),
  );
  writeFileSync(file, textOf({ ...known, editions: [...known.editions, { version, day }], first }));
};
