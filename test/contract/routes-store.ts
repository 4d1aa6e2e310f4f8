import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asKeyId, asRouteName } from '../../src/domain/ids.ts';
import type { Store, StoredRollback, StoredRoute } from '../../src/ports/store.ts';

const savedAt = new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 678));

const version = (name: string, number: number, rest: Partial<StoredRoute> = {}): StoredRoute => ({
  name: asRouteName(name),
  version: number,
  document: { candidates: [{ model: `m${number}`, weight: 0.25, when: { metadata: { tier: ['gold'] } } }] },
  savedAt,
  savedBy: asKeyId('key_admin'),
  ...rest,
});

const deleted = ({ document: _document, ...rest }: StoredRoute): StoredRoute => rest;

/** What every store does for saved routes. `open` gives an empty one. */
export const describeRoutesStore = (open: () => Promise<Store>): void => {
  describe('store of routes', () => {
    let store: Store;
    beforeAll(async () => {
      store = await open();
    });
    afterAll(() => store?.close());

    it('has none at first', async () => {
      expect(await store.routes.newest()).toEqual([]);
      expect(await store.routes.versions(asRouteName('none'), { limit: 5 })).toEqual({
        rows: [],
        hasMore: false,
      });
    });

    it('keeps every version as it was, the newest of each name first to hand, deleted ones too', async () => {
      const first = version('support', 1);
      const second = version('support', 2, { note: 'cheaper "nights"\u{1F319}' });
      const other = version('a-first', 1);
      const gone = deleted(version('support', 3, { note: 'gone' }));
      for (const each of [first, second, other]) expect(await store.routes.insert(each)).toBe(true);
      expect(await store.routes.newest()).toStrictEqual([other, second]);
      expect(await store.routes.insert(gone)).toBe(true);
      expect(await store.routes.newest()).toStrictEqual([other, gone]);
      expect(await store.routes.versions(asRouteName('support'), { limit: 9 })).toStrictEqual({
        rows: [gone, second, first],
        hasMore: false,
      });
    });

    it('reads versions by the page, after a cursor', async () => {
      for (let number = 1; number <= 12; number += 1) await store.routes.insert(version('paged', number));
      const page = async (limit: number, after?: string) => {
        const { rows, hasMore } = await store.routes.versions(asRouteName('paged'), {
          limit,
          ...(after !== undefined && { after }),
        });
        return [rows.map((row) => row.version), hasMore];
      };
      expect(await page(3)).toEqual([[12, 11, 10], true]);
      expect(await page(3, '10')).toEqual([[9, 8, 7], true]);
      expect(await page(3, '4')).toEqual([[3, 2, 1], false]);
      expect(await page(3, 'no version')).toEqual([[], false]);
    });

    it('takes a version from one of many who write it at once, and never changes it', async () => {
      const tries = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          store.routes.insert(version('raced', 1, { note: `${index}` })),
        ),
      );
      expect(tries.filter(Boolean)).toHaveLength(1);
      const [row] = (await store.routes.versions(asRouteName('raced'), { limit: 1 })).rows;
      expect(row?.note).toBe(`${tries.indexOf(true)}`);
    });

    it('keeps the last rollback of each route, until it is taken back', async () => {
      expect(await store.canaries.list()).toEqual([]);
      const shop = asRouteName('shop');
      const rollback: StoredRollback = {
        route: shop,
        policy: 'v1',
        reason: 'TTFT',
        detail: 'a "b"\u{1F319}',
        at: savedAt,
      };
      const other = { ...rollback, route: asRouteName('other') };
      for (const each of [rollback, other, { ...rollback, policy: 'v2', reason: 'COST' as const }])
        await store.canaries.put(each);
      const rows = await store.canaries.list();
      expect(rows.toSorted((one, two) => (one.route < two.route ? -1 : 1))).toEqual([
        other,
        { ...rollback, policy: 'v2', reason: 'COST' },
      ]);
      await store.canaries.remove(shop);
      await store.canaries.remove(shop);
      expect(await store.canaries.list()).toEqual([other]);
    });

    it('takes any text in a document', async () => {
      const odd = version('odd', 1, { document: { candidates: [{ model: 'a\0b\uD800' }] } });
      expect(await store.routes.insert(odd)).toBe(true);
      expect((await store.routes.newest()).find(({ name }) => name === 'odd')?.document).toEqual({
        candidates: [{ model: 'a\uFFFDb\uFFFD' }],
      });
    });
  });
};
