import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asOfferingId, asPriceId } from '../../src/domain/ids.ts';
import { Decimal } from '../../src/domain/money.ts';
import type { Price } from '../../src/domain/price.ts';
import type { RecordedPriceChange, ServedPrice, Store, StoredSource } from '../../src/ports/store.ts';

const at = (day: number): Date => new Date(Date.UTC(2026, 0, day, 1, 2, 3, 456));

const priceOf = (offering: string, amount: string): Price => ({
  id: asPriceId(`${offering}#${amount}`),
  offeringId: asOfferingId(offering),
  meter: {
    family: 'IMAGES',
    direction: 'OUTPUT',
    modality: 'IMAGE',
    tokenType: 'PLAIN',
    attributes: { quality: 'high' },
  },
  amount: new Decimal(amount),
  per: 1,
  currency: 'USD',
  serviceTier: 'BATCH',
  conditions: {
    promptTokens: { from: 1, to: 200_001 },
    outputTokens: { from: 5 },
    thinking: true,
    region: 'eu',
    timeWindow: {
      from: '09:00',
      to: '12:30',
      weekdays: ['MONDAY', 'FRIDAY'],
      holidays: { calendar: 'CN', rule: 'EXCLUDE' },
      zone: 'Asia/Shanghai',
    },
  },
  tierMode: 'CLIFF',
  discount: new Decimal('0.5'),
  billing: 'METERED',
  effectiveFrom: at(1),
  effectiveTo: at(30),
  provenance: { source: 'a', sourceUrl: 'https://example.com/prices', observedAt: at(1), checkedAt: at(2) },
});

const served = (price: Price, from: number): ServedPrice => ({
  id: `${price.id}@${from}`,
  price,
  servedFrom: at(from),
});

/** What every store does for the catalogue. `open` gives an empty one. */
export const describeCatalogueStore = (open: () => Promise<Store>): void => {
  describe('store of the catalogue', () => {
    let store: Store;
    beforeAll(async () => {
      store = await open();
    });
    afterAll(() => store?.close());

    it('gives the turn to read a source to one of many who ask, until it ends', async () => {
      const claims = await Promise.all(
        Array.from({ length: 10 }, () => store.sources.claim('turns', at(1), at(2))),
      );
      expect(claims.filter(Boolean)).toHaveLength(1);
      expect(await store.sources.claim('turns', new Date(at(2).getTime() - 1), at(3))).toBe(false);
      expect(await store.sources.claim('turns', at(2), at(4))).toBe(true);
      await store.sources.release('turns', at(3));
      expect(await store.sources.claim('turns', new Date(at(3).getTime() - 1), at(5))).toBe(false);
      expect(await store.sources.claim('turns', at(3), at(5))).toBe(true);
      expect(await store.sources.list()).toContainEqual({ id: 'turns', version: 0, failures: 0 });
    });

    it('gives it early to whoever asks, unless somebody has it', async () => {
      const early = (now: number) => store.sources.claim('early', at(now), at(now + 1), { early: true });
      expect(await early(1)).toBe(true);
      expect(await early(1)).toBe(false);
      await store.sources.release('early', at(20));
      expect(await store.sources.claim('early', at(2), at(3))).toBe(false);
      expect(await early(2)).toBe(true);
      expect(await early(3)).toBe(true);
    });

    it('keeps what is known of a source, and its reading until there is another', async () => {
      const known: StoredSource = {
        id: 'known',
        version: 3,
        etag: 'W/"1"',
        lastModified: 'Mon, 05 Jan 2026 00:00:00 GMT',
        bodyHash: 'ab'.repeat(32),
        addressHash: 'cd'.repeat(32),
        observedAt: at(1),
        checkedAt: at(2),
        problem: { code: 'TIMEOUT', message: 'It took too long.', at: at(3) },
        failures: 2,
      };
      const reading = Uint8Array.from({ length: 300_000 }, (_, index) => index % 256);
      await store.sources.claim('known', at(1), at(9));
      await store.sources.save(known, reading);
      expect((await store.sources.list()).find(({ id }) => id === 'known')).toStrictEqual(known);
      const bare: StoredSource = { id: 'known', version: 4, failures: 0 };
      await store.sources.save(bare);
      expect((await store.sources.list()).find(({ id }) => id === 'known')).toStrictEqual(bare);
      expect(await store.sources.reading('known')).toStrictEqual(reading);
      expect(await store.sources.claim('known', at(8), at(10))).toBe(false);
      expect(await store.sources.reading('nobody')).toBeUndefined();
    });

    it('keeps rates and when they were served, each once at a time', async () => {
      const { priceHistory } = store;
      const [first, second] = [priceOf('p/rates', '1'), priceOf('p/rates', '2')];
      const id = first.offeringId;
      await priceHistory.begin([served(first, 2)]);
      // Another node, a little later.
      await priceHistory.begin([
        { ...served(first, 2), id: 'another', servedFrom: new Date(at(2).getTime() + 5) },
      ]);
      expect(await priceHistory.servedOf([id])).toStrictEqual([served(first, 2)]);
      expect(await priceHistory.served()).toContainEqual({ priceId: first.id, offeringId: id });
      await priceHistory.end([first.id], at(4));
      await priceHistory.end([first.id], at(5));
      await priceHistory.begin([served(second, 4)]);
      await priceHistory.begin([served(first, 3)]);
      await priceHistory.end([second.id], at(6));
      await priceHistory.begin([served(first, 6)]);

      const spans = [
        served(first, 6),
        { ...served(second, 4), servedTo: at(6) },
        { ...served(first, 2), servedTo: at(4) },
      ];
      expect((await priceHistory.list(id, { limit: 9 })).rows).toStrictEqual(spans);
      const page = await priceHistory.list(id, { limit: 1, after: spans[0]?.id ?? '' });
      expect(page).toStrictEqual({ rows: [spans[1]], hasMore: true });
      const amountsAt = async (moment: Date) =>
        (await priceHistory.servedAt([id, asOfferingId('p/nothing')], moment)).map(({ price }) =>
          price.amount.toString(),
        );
      expect(await amountsAt(at(1))).toEqual(['1']);
      expect(await amountsAt(new Date(at(4).getTime() - 1))).toEqual(['1']);
      expect(await amountsAt(at(4))).toEqual(['2']);
      expect(await amountsAt(at(6))).toEqual(['1']);
      // Of those that are served at once the one that began first, whichever was written first.
      await priceHistory.begin([served(priceOf('p/rates', '4'), 9)]);
      await priceHistory.begin([served(priceOf('p/rates', '3'), 8)]);
      expect(await amountsAt(at(9))).toEqual(['1', '3', '4']);
    });

    it('keeps changes once, and finds them by what they are about, newest first', async () => {
      const change = (offering: string, day: number, ratio?: number): RecordedPriceChange => ({
        change: {
          id: `pch_${offering}_${day}`,
          offeringId: asOfferingId(`${offering}/m`),
          at: at(day),
          kind: ratio === undefined ? 'ADDED' : 'CHANGED',
          ...(ratio !== undefined && { before: priceOf(`${offering}/m`, '1') }),
          after: priceOf(`${offering}/m`, '2'),
        },
        providerId: offering,
        modelSlug: 'lab/m',
        ...(ratio !== undefined && { ratio }),
      });
      const [one, two, three] = [change('one', 2, 2), change('two', 3, 1.05), change('one', 4)];
      await store.priceHistory.insertChanges([one, two, three]);
      await store.priceHistory.insertChanges([two]);
      const found = async (filter: Parameters<Store['priceHistory']['changes']>[0], page = {}) =>
        (await store.priceHistory.changes(filter, { limit: 10, ...page })).rows;
      expect(await found({})).toStrictEqual([three.change, two.change, one.change]);
      expect(await found({}, { after: three.change.id })).toStrictEqual([two.change, one.change]);
      expect(await found({ since: at(3) })).toStrictEqual([three.change, two.change]);
      expect(await found({ minRatio: 1.1 })).toStrictEqual([three.change, one.change]);
      expect(await found({ kinds: ['CHANGED'] })).toStrictEqual([two.change, one.change]);
      expect(await found({ providerIds: ['two'] })).toStrictEqual([two.change]);
      expect(await found({ offeringIds: [asOfferingId('two/m')] })).toStrictEqual([two.change]);
      expect(await found({ modelSlugs: ['lab/other'] })).toEqual([]);
    });
  });
};
