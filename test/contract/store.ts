import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  asKeyId,
  asModelSlug,
  asOfferingId,
  asOperationId,
  asPriceId,
  asRouteName,
  type RouteName,
} from '../../src/domain/ids.ts';
import type { Key } from '../../src/domain/key.ts';
import { METERS } from '../../src/domain/meters.ts';
import { Decimal } from '../../src/domain/money.ts';
import { OPERATION_KINDS } from '../../src/domain/operation.ts';
import type { OperationRecord } from '../../src/domain/operation-record.ts';
import { usageOf } from '../../src/domain/usage.ts';
import type { LedgerFilter, Store } from '../../src/ports/store.ts';
import { writeRows } from '../support/write-rows.ts';
import {
  alikeRecords,
  fullOperation,
  fullRecord,
  smallOperation,
  smallRecord,
  unpricedRecord,
} from './operation-records.ts';

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** A key of its own name, with a hash of its own. */
export const newKey = (changes: Partial<Key> = {}): { readonly key: Key; readonly hash: string } => {
  const id = randomUUID();
  const key: Key = {
    id: asKeyId(`key_${id}`),
    name: 'CI, "nightly" 夜',
    role: 'MEMBER',
    prefix: 'mg_abcd',
    createdAt: new Date('2026-02-03T04:05:06.789Z'),
    ...changes,
  };
  return { key, hash: hashOf(id) };
};

/** All pages of a list, one after the other, as a client would walk them. */
const walk = async <Row extends { readonly id: string }>(
  limit: number,
  list: (page: { limit: number; after?: string }) => Promise<{ rows: readonly Row[]; hasMore: boolean }>,
): Promise<readonly Row[]> => {
  const rows: Row[] = [];
  for (;;) {
    const last = rows.at(-1);
    const page = await list({ limit, ...(last && { after: last.id }) });
    rows.push(...page.rows);
    if (!page.hasMore) return rows;
  }
};

/** What every implementation of Store does. `open` gives an empty one. */
export const describeStore = (open: () => Promise<Store>): void => {
  describe('store', () => {
    let store: Store;
    beforeAll(async () => {
      store = await open();
    });
    afterAll(() => store.close());

    it('answers a ping', async () => {
      await expect(store.ping()).resolves.toBeUndefined();
    });

    it('keeps the last measurement of each offering, whichever comes in first', async () => {
      const at = (seconds: number): Date => new Date(Date.UTC(2026, 10, 30, 12, 0, seconds));
      const [one, other] = [asOfferingId('lab/one:"1"'), asOfferingId('lab/other')];
      const newest = { offeringId: one, ttftMs: 123.5, samples: 3, at: at(20) };
      await store.measurements.put({ offeringId: one, ttftMs: 9, outputTps: 1, samples: 1, at: at(10) });
      await store.measurements.put(newest);
      await store.measurements.put({ offeringId: one, outputTps: 8, samples: 1, at: at(5) });
      const second = { offeringId: other, outputTps: 71.25, samples: 1, at: at(15) };
      await store.measurements.put(second);
      expect(await store.measurements.list(at(0), 10)).toStrictEqual([newest, second]);
      expect(await store.measurements.list(at(0), 1)).toStrictEqual([newest]);
      expect(await store.measurements.list(at(20), 10)).toStrictEqual([newest]);
      expect(await store.measurements.list(at(21), 10)).toStrictEqual([]);
    });

    describe('keys', () => {
      it('finds what was inserted, by hash and by id', async () => {
        const plain = newKey();
        const full = newKey({
          role: 'ADMIN',
          expiresAt: new Date('2030-01-01T00:00:00.001Z'),
          revokedAt: new Date('2027-01-01T00:00:00.000Z'),
        });
        for (const { key, hash } of [plain, full]) {
          await store.keys.insert(key, hash);
          expect(await store.keys.findByHash(hash)).toStrictEqual(key);
        }
        const absent = asKeyId('nobody\0');
        expect(await store.keys.findMany([full.key.id, absent, plain.key.id])).toStrictEqual([
          full.key,
          undefined,
          plain.key,
        ]);
        expect(await store.keys.findMany([])).toEqual([]);
        expect(await store.keys.findManyByHash([full.hash, hashOf('another'), plain.hash])).toStrictEqual([
          full.key,
          undefined,
          plain.key,
        ]);
        expect(await store.keys.findManyByHash([])).toEqual([]);
        expect(await store.keys.findByHash(hashOf('another'))).toBeUndefined();
      });

      it('finds among more ids than a statement takes parameters', async () => {
        const { key, hash } = newKey();
        await store.keys.insert(key, hash);
        const ids = Array.from({ length: 70_000 }, (_, index) => asKeyId(`nobody ${index}`));
        const found = await store.keys.findMany([...ids, key.id]);
        expect(found).toHaveLength(70_001);
        expect(found.filter((each) => each !== undefined)).toStrictEqual([key]);
      });

      it('refuses a second key of the same id or hash', async () => {
        const first = newKey();
        const second = newKey();
        await store.keys.insert(first.key, first.hash);
        await expect(store.keys.insert(first.key, second.hash)).rejects.toThrow();
        await expect(store.keys.insert(second.key, first.hash)).rejects.toThrow();
        expect(await store.keys.findMany([second.key.id])).toEqual([undefined]);
      });

      it('inserts once when many race for one id', async () => {
        const { key } = newKey();
        const attempts = Array.from({ length: 10 }, (_, index) => `secret ${index} ${key.id}`);
        const inserted = await Promise.all(
          attempts.map((secret) => store.keys.insertUnshown(key, hashOf(secret))),
        );
        expect(inserted.filter(Boolean)).toHaveLength(1);
        const winner = attempts[inserted.indexOf(true)] ?? '';
        expect(await store.keys.findByHash(hashOf(winner))).toStrictEqual(key);
      });

      it('adds an admin key, and revokes the others only when asked', async () => {
        const [first, second, third, member] = [
          newKey({ role: 'ADMIN' }),
          newKey({ role: 'ADMIN' }),
          newKey({ role: 'ADMIN' }),
          newKey(),
        ];
        await store.keys.put(first.key, first.hash);
        await store.keys.insert(member.key, member.hash);
        expect(await store.keys.addAdmin(second.key, second.hash, { revokeOthers: false })).toBe(0);
        expect(await store.keys.findByHash(first.hash)).toStrictEqual(first.key);
        expect(await store.keys.addAdmin(third.key, third.hash, { revokeOthers: true })).toBeGreaterThan(1);
        const found = await store.keys.findMany([first.key.id, second.key.id, third.key.id, member.key.id]);
        expect(found.map((key) => key?.revokedAt !== undefined)).toEqual([true, true, false, false]);
      });

      it('marks a key as shown while its secret is the one that was shown', async () => {
        const { key, hash } = newKey();
        expect(await store.keys.insertUnshown(key, hash)).toBe(true);
        expect(await store.keys.markShown(key.id, hashOf('another'))).toBe(false);
        expect(await store.keys.markShown(key.id, hash)).toBe(true);
        expect(await store.keys.insertUnshown(key, hashOf('later'))).toBe(false);
      });

      it('puts a new secret in place of the old one and lifts a revocation', async () => {
        const { key, hash } = newKey();
        await store.keys.put(key, hash);
        await store.keys.revoke(key.id, new Date());
        const renewed = { ...key, prefix: 'mg_efgh' };
        await store.keys.put(renewed, hashOf(`new ${key.id}`));
        expect(await store.keys.findByHash(hash)).toBeUndefined();
        expect(await store.keys.findByHash(hashOf(`new ${key.id}`))).toStrictEqual(renewed);
      });

      it('says what to do where the new secret is that of another key', async () => {
        const [member, admin] = [newKey(), newKey({ role: 'ADMIN' })];
        await store.keys.insert(member.key, member.hash);
        await store.keys.put(admin.key, admin.hash);
        for (const key of [admin.key, newKey().key]) {
          await expect(store.keys.put(key, member.hash)).rejects.toThrow(
            'MODELGRAPH_ADMIN_KEY is the secret of another key; choose a new one.',
          );
        }
        expect(await store.keys.findByHash(member.hash)).toStrictEqual(member.key);
        expect(await store.keys.findByHash(admin.hash)).toStrictEqual(admin.key);
      });

      it('revokes once: the first time stays', async () => {
        const { key, hash } = newKey();
        await store.keys.insert(key, hash);
        const at = new Date('2026-05-05T05:05:05.555Z');
        expect(await store.keys.revoke(key.id, at)).toStrictEqual({ ...key, revokedAt: at });
        expect(await store.keys.revoke(key.id, new Date())).toStrictEqual({ ...key, revokedAt: at });
        expect(await store.keys.revoke(asKeyId('nobody'), at)).toBeUndefined();
      });

      it('lists the newest first, page by page, those of one millisecond included', async () => {
        const soon = Date.UTC(2040, 0, 1);
        const added = Array.from({ length: 7 }, (_, index) =>
          newKey({ createdAt: new Date(soon + Math.floor(index / 3)) }),
        );
        for (const { key, hash } of added) await store.keys.insert(key, hash);
        const newest = (await walk(2, (page) => store.keys.list(page))).slice(0, 7);
        expect(newest.map(({ createdAt }) => createdAt.getTime() - soon)).toEqual([2, 1, 1, 1, 0, 0, 0]);
        expect(new Set(newest.map(({ id }) => id))).toEqual(new Set(added.map(({ key }) => key.id)));
        expect(await store.keys.list({ limit: 5, after: 'nobody' })).toEqual({ rows: [], hasMore: false });
      });

      it('keeps a name that Postgres cannot hold, with the odd characters replaced', async () => {
        const { key, hash } = newKey({ name: 'a\0b\ud800c' });
        await store.keys.insert(key, hash);
        expect((await store.keys.findByHash(hash))?.name).toBe('a\uFFFDb\uFFFDc');
      });
    });

    describe('completions', () => {
      it('reads back exactly what was written', async () => {
        const records = [smallRecord(), fullRecord(), unpricedRecord()];
        await writeRows(store.ledger, records);
        const absent = [asOperationId('cmp_nobody'), asOperationId('\0')];
        const found = await store.ledger.findMany([...absent, ...records.map(({ id }) => id)]);
        expect(found).toStrictEqual([undefined, undefined, ...records]);
        expect(await store.ledger.findMany([])).toEqual([]);
      });

      it("keeps attempts' own bills apart from the whole, and from none", async () => {
        const whole = fullRecord();
        const [failed, answered] = whole.attempts;
        if (failed === undefined || answered === undefined) throw new Error('It has no attempts.');
        const { usage: _none, ...unused } = whole;
        const records: readonly OperationRecord[] = [
          {
            ...whole,
            attempts: [{ ...failed, usage: usageOf({ input: 1 }), cost: { kind: 'FREE' } }, answered],
          },
          { ...whole, attempts: [{ ...answered, usage: usageOf({}) }] },
          { ...whole, attempts: [{ ...answered, cost: { kind: 'FREE' } }] },
          { ...unused, attempts: [failed] },
        ];
        const apart = records.map((record) => ({ ...record, id: smallRecord().id }));
        await writeRows(store.ledger, apart);
        expect(await store.ledger.findMany(apart.map(({ id }) => id))).toStrictEqual(apart);
      });

      it('never takes one row for another that is nearly the same', async () => {
        const records = alikeRecords();
        for (let round = 0; round < 3; round += 1) {
          const again = records.map((record) => ({ ...record, id: smallRecord().id }));
          await writeRows(store.ledger, again);
          expect(await store.ledger.findMany(again.map(({ id }) => id))).toStrictEqual(again);
        }
      });

      it('finds among more ids than a statement takes parameters', async () => {
        const record = smallRecord();
        await writeRows(store.ledger, [record]);
        const ids = Array.from({ length: 70_000 }, (_, index) => asOperationId(`cmp_nobody_${index}`));
        const found = await store.ledger.findMany([...ids, record.id]);
        expect(found).toHaveLength(70_001);
        expect(found.filter((each) => each !== undefined)).toStrictEqual([record]);
      });

      it('writes many rows at once, and none for none', async () => {
        const keyId = asKeyId(randomUUID());
        const records = Array.from({ length: 500 }, () => ({ ...fullRecord(), keyId }));
        await writeRows(store.ledger, []);
        await writeRows(store.ledger, records);
        const listed = await walk(120, (page) => store.ledger.list({ keyId }, page));
        expect(listed).toStrictEqual(records.toReversed());
      });

      it('leaves rows as they are when a batch is written again', async () => {
        const first = smallRecord({ user: 'first' });
        const second = smallRecord();
        await writeRows(store.ledger, [first]);
        await writeRows(store.ledger, [{ ...first, user: 'changed' }, second, second]);
        expect(await store.ledger.findMany([first.id, second.id])).toStrictEqual([first, second]);
      });

      it('writes all rows of a batch or none', async () => {
        const good = smallRecord();
        const bad = { ...smallRecord(), createdAt: new Date(8.64e15) };
        await expect(writeRows(store.ledger, [good, bad])).rejects.toThrow();
        expect(await store.ledger.findMany([good.id])).toEqual([undefined]);
      });

      it('never lets one odd string spoil a batch', async () => {
        const odd: OperationRecord = {
          ...smallRecord(),
          rawFinishReason: 'a\0b',
          user: 'lone \udc00',
          metadata: { 'k\0': 'v\ud800' },
          warnings: [{ code: 'PROVIDER_WARNING', message: 'w\0' }],
        };
        await writeRows(store.ledger, [odd]);
        expect(await store.ledger.findMany([odd.id])).toStrictEqual([
          {
            ...odd,
            rawFinishReason: 'a\uFFFDb',
            user: 'lone \uFFFD',
            metadata: { 'k\uFFFD': 'v\uFFFD' },
            warnings: [{ code: 'PROVIDER_WARNING', message: 'w\uFFFD' }],
          },
        ]);
      });

      it('filters by key, status and time, the end excluded', async () => {
        const keyId = asKeyId(randomUUID());
        const times = [10, 20, 30, 40].map((second) => new Date(Date.UTC(2031, 0, 1, 0, 0, second)));
        const records = times.map((createdAt, index) => ({
          ...smallRecord({ createdAt, keyId, status: index % 2 === 0 ? 'SUCCEEDED' : 'FAILED' }),
        }));
        await writeRows(store.ledger, [...records, smallRecord()]);
        const [first, second, third, fourth] = records.map(({ id }) => id);
        const ids = async (filter: LedgerFilter) =>
          (await store.ledger.list({ keyId, ...filter }, { limit: 10 })).rows.map(({ id }) => id);
        const [, from, , to] = times;
        expect(await ids({})).toEqual([fourth, third, second, first]);
        expect(await ids({ status: 'FAILED' })).toEqual([fourth, second]);
        expect(await ids({ status: 'CANCELLED' })).toEqual([]);
        expect(await ids({ ...(from && { createdFrom: from }), ...(to && { createdTo: to }) })).toEqual([
          third,
          second,
        ]);
      });

      it('tells how long the latest answers of a model were, of one key or of all', async () => {
        const keyId = asKeyId('key_of-lengths');
        const modelSlug = asModelSlug('lab/of-lengths');
        const ofLength = (output: number, reasoning: number, changes: Partial<OperationRecord> = {}) =>
          smallRecord({
            keyId,
            route: { requested: 'lengths', modelSlug, candidates: [] },
            usage: usageOf({ input: 1, output, reasoning }),
            ...changes,
          });
        const { usage: _none, ...withoutUsage } = ofLength(1, 1);
        await writeRows(store.ledger, [
          ofLength(10, 0),
          ofLength(20, 5),
          ofLength(30, 0, { keyId: asKeyId('key_of-another') }),
          ofLength(40, 0, { status: 'CANCELLED' }),
          ofLength(50, 0, {
            route: { requested: 'other', modelSlug: asModelSlug('lab/other-lengths'), candidates: [] },
          }),
          withoutUsage,
        ]);
        expect(await store.ledger.outputTokens({ keyId, modelSlug }, 9)).toEqual([25, 10]);
        expect(await store.ledger.outputTokens({ keyId, modelSlug }, 1)).toEqual([25]);
        expect(await store.ledger.outputTokens({ modelSlug }, 9)).toEqual([30, 25, 10]);
        expect(await store.ledger.outputTokens({ keyId: asKeyId('key_\0'), modelSlug }, 9)).toEqual([]);
      });

      it('sums up what a route has spent in a time, by currency', async () => {
        const name = asRouteName(`spends-${randomUUID()}`);
        const at = (second: number): Date => new Date(Date.UTC(2033, 0, 1, 0, 0, second));
        const spent = (
          second: number,
          amount: string,
          currency: string,
          {
            route = name,
            isAtRates = true,
          }: { readonly route?: RouteName; readonly isAtRates?: boolean } = {},
        ): OperationRecord => {
          const total = new Decimal(amount);
          const line = { meter: METERS.requests, quantity: 1, unitPrice: total, per: 1, amount: total };
          return smallRecord({
            createdAt: at(second),
            route: {
              requested: 'route "route":{"name":"x",',
              modelSlug: asModelSlug('lab/m'),
              candidates: [],
              route: { name: route, version: 2 },
            },
            cost: {
              kind: 'PRICED',
              lines: [{ ...line, ...(isAtRates && { priceId: asPriceId('p') }) }],
              total,
              currency,
            },
          });
        };
        await writeRows(store.ledger, [
          spent(1, '9', 'USD'),
          // Told alike, so that the second is written by what it has in common with the first.
          spent(2, '0.25', 'USD'),
          spent(3, '0.25', 'USD'),
          spent(3, '0.5', 'USD', { isAtRates: false }),
          spent(4, '7', 'CNY'),
          spent(4, '100', 'USD', { route: asRouteName('other') }),
          { ...spent(4, '100', 'USD'), cost: { kind: 'FREE' } },
          spent(5, '9', 'USD'),
        ]);
        const told = async (isMirrored: boolean): Promise<readonly string[]> => {
          const found = await store.ledger.routeSpend({ route: name, isMirrored, from: at(2), to: at(5) });
          return found.map(({ amount, currency }) => `${amount.toFixed()} ${currency}`).toSorted();
        };
        expect(await told(false)).toEqual(['1 USD', '7 CNY']);
        expect(await told(true)).toEqual([]);
        const of = asOperationId('cmp_other');
        const mirrors = [2, 3, 4].map((second): OperationRecord => {
          const row = spent(second, '3', 'USD');
          return { ...row, route: { ...row.route, mirror: { of, sameText: second === 3 } } };
        });
        await writeRows(store.ledger, [...mirrors, spent(3, '1', 'USD', { route: asRouteName('other') })]);
        expect(await told(false)).toEqual(['1 USD', '7 CNY']);
        expect(await told(true)).toEqual(['9 USD']);
        const [, second, third] = mirrors;
        expect(await store.ledger.mirrored({ route: name, from: at(2), to: at(5) }, 2)).toStrictEqual([
          third,
          second,
        ]);
      });

      it('says whether there is more', async () => {
        const keyId = asKeyId(randomUUID());
        const records = [smallRecord({ keyId }), smallRecord({ keyId })];
        await writeRows(store.ledger, records);
        const page = (limit: number) => store.ledger.list({ keyId }, { limit });
        expect(await page(1)).toStrictEqual({ rows: [records[1]], hasMore: true });
        expect(await page(2)).toStrictEqual({ rows: [records[1], records[0]], hasMore: false });
      });
    });

    describe('operations', () => {
      it('reads back exactly what was written, and keeps them apart from completions', async () => {
        const keyId = asKeyId(randomUUID());
        const operations = [smallOperation({ keyId }), { ...fullOperation(), keyId }];
        const completion = smallRecord({ keyId });
        await writeRows(store.ledger, [completion, ...operations]);
        const ids = operations.map(({ id }) => id);
        const absent = [asOperationId('op_nobody'), asOperationId(completion.id.replace('cmp_', 'op_'))];
        expect(await store.ledger.findMany([...absent, asOperationId('\0'), ...ids])).toStrictEqual([
          undefined,
          undefined,
          undefined,
          ...operations,
        ]);
        const page = { limit: 10 };
        expect(await store.ledger.list({ keyId, operations: OPERATION_KINDS }, page)).toStrictEqual({
          rows: operations.toReversed(),
          hasMore: false,
        });
        expect(await store.ledger.list({ keyId, operations: ['COMPLETION'] }, page)).toStrictEqual({
          rows: [completion],
          hasMore: false,
        });
      });

      it('filters by operation, key, status and time, page by page', async () => {
        const keyId = asKeyId(randomUUID());
        const createdAt = new Date(Date.UTC(2032, 0, 1));
        const embedding = smallOperation({ keyId });
        const speech = smallOperation({ keyId, operation: 'SPEECH', status: 'FAILED' });
        const later = smallOperation({ keyId, createdAt });
        await writeRows(store.ledger, [embedding, speech, later, smallOperation()]);
        const rows = async (filter: LedgerFilter) =>
          (await store.ledger.list({ keyId, operations: OPERATION_KINDS, ...filter }, { limit: 10 })).rows;
        expect(await rows({})).toStrictEqual([later, speech, embedding]);
        expect(await rows({ operations: ['EMBEDDING'] })).toStrictEqual([later, embedding]);
        expect(await rows({ operations: ['RERANK'] })).toEqual([]);
        expect(await rows({ operations: ['RERANK', 'SPEECH'] })).toStrictEqual([speech]);
        expect(await rows({ operations: [] })).toEqual([]);
        expect(await rows({ status: 'FAILED' })).toStrictEqual([speech]);
        expect(await rows({ createdFrom: createdAt })).toStrictEqual([later]);
        expect(await rows({ createdTo: createdAt })).toStrictEqual([speech, embedding]);
        expect(
          await walk(1, (page) => store.ledger.list({ keyId, operations: OPERATION_KINDS }, page)),
        ).toStrictEqual([later, speech, embedding]);
      });

      it('are listed among completions by time, whatever is asked for and however few at a time', async () => {
        const keyId = asKeyId(randomUUID());
        const rows = [
          smallRecord({ keyId }),
          smallOperation({ keyId }),
          smallOperation({ keyId, operation: 'SPEECH', status: 'FAILED' }),
          smallRecord({ keyId, status: 'FAILED' }),
          smallRecord({ keyId }),
          smallOperation({ keyId }),
        ].toReversed();
        await writeRows(store.ledger, rows);
        const list = (filter: LedgerFilter, limit: number) =>
          walk(limit, (page) => store.ledger.list({ keyId, ...filter }, page));
        for (const limit of [1, 2, 4, 5, 6, 7]) {
          expect(await list({}, limit)).toStrictEqual(rows);
          expect(await list({ status: 'FAILED' }, limit)).toStrictEqual([rows[2], rows[3]]);
          expect(await list({ operations: ['COMPLETION', 'SPEECH'] }, limit)).toStrictEqual([
            rows[1],
            rows[2],
            rows[3],
            rows[5],
          ]);
        }
      });
    });

    it('tells the reason of a failure, in few words and without what was written', async () => {
      const { key, hash } = newKey({ name: 'private '.repeat(1000) });
      await store.keys.insert(key, hash);
      const unwritable = { ...smallRecord({ user: 'private' }), createdAt: new Date(8.64e15) };
      for (const fail of [() => store.keys.insert(key, hash), () => writeRows(store.ledger, [unwritable])]) {
        const error: unknown = await fail().catch((reason: unknown) => reason);
        if (!(error instanceof Error)) throw new Error('It did not fail.');
        expect(error.message).toMatch(/^The store failed: (duplicate key|date\/time|time zone|timestamp)/);
        expect(error.message.length).toBeLessThanOrEqual(500);
        expect(error.message).not.toContain('private');
        expect(error.cause).toBeInstanceOf(Error);
      }
    });

    it('works while many ask at once', async () => {
      const records = Array.from({ length: 50 }, () => smallRecord());
      await Promise.all(records.map((record) => writeRows(store.ledger, [record])));
      const found = await Promise.all(records.map(({ id }) => store.ledger.findMany([id])));
      expect(found.flat()).toStrictEqual(records);
    });
  });
};
