import { describe, expect, it, onTestFinished } from 'vitest';
import { until } from '../support/until.ts';
import { ADMIN_KEY, CAN_MOUNT, type OnOwnDisk, serveOnOwnDisk, WHY_NOT } from './own-disk.ts';

const MEBIBYTES = 120;
const headers = { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' };

/** The id of one that was answered. */
const complete = async (url: string): Promise<string> => {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ model: 'sandbox/echo', messages: [{ role: 'user', content: 'Hi' }] }),
  });
  const body = await response.json();
  expect([response.status, body.error]).toEqual([200, undefined]);
  return body.id;
};

const ready = async (url: string) => {
  const response = await fetch(`${url}/ready`);
  return { status: response.status, text: await response.text() };
};

const stored = async (url: string): Promise<readonly string[]> => {
  const query = '{ completions(first: 100) { nodes { id } } }';
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ query }),
  });
  const { data } = await response.json();
  return data?.completions?.nodes.map(({ id }: { id: string }) => id) ?? [];
};

/** Completions of a server whose disk is full, which it has noticed. */
const fullOf = async (disk: OnOwnDisk, url: string): Promise<readonly string[]> => {
  const ids = [await complete(url)];
  disk.fill();
  await until(
    async () => {
      ids.push(await complete(url));
      disk.fill();
      return ready(url);
    },
    ({ status, text }) => status === 503 && text.includes('disk'),
  );
  for (let more = 0; more < 5; more += 1) ids.push(await complete(url));
  return ids;
};

describe.skipIf(!CAN_MOUNT)(`a disk that is really full${CAN_MOUNT ? '' : ` (${WHY_NOT})`}`, () => {
  const start = async () => {
    const disk = serveOnOwnDisk(MEBIBYTES);
    onTestFinished(disk.end);
    return { disk, url: await disk.url(1) };
  };

  it('/ready says so, and rows wait until there is space again', async () => {
    const { disk, url } = await start();
    const ids = await fullOf(disk, url);
    disk.free();
    await until(
      () => stored(url),
      (rows) => ids.every((id) => rows.includes(id)),
    );
    expect(
      (
        await until(
          () => ready(url),
          ({ status }) => status === 200,
        )
      ).status,
    ).toBe(200);
    expect((await stored(url)).toSorted()).toEqual(ids.toSorted());
  }, 120_000);

  it('a stop drops no row: each is in the store, in the spool, or whole in the log', async () => {
    const { disk, url } = await start();
    const ids = await fullOf(disk, url);
    await disk.stop(1);
    const lines = disk
      .output()
      .split('\n')
      .flatMap((line) =>
        line.includes('could not be recorded.') && line.startsWith('{') ? [JSON.parse(line)] : [],
      );
    const logged = lines.flatMap(({ row }): string[] =>
      typeof row === 'string' ? [row.split('\t')[0] ?? ''] : [],
    );
    const again = await disk.url(2);
    const rows = await until(
      () => stored(again),
      (found) => ids.every((id) => found.includes(id) || logged.includes(id)),
    );
    expect(new Set([...rows, ...logged])).toEqual(new Set(ids));
    // Eleven columns, as COPY takes them, and the text of the facts where it is new.
    for (const { row } of lines)
      if (typeof row === 'string') expect([11, 12]).toContain(row.split('\t').length);
  }, 120_000);
});
