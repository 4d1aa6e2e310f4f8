import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/adapters/store/open-store.ts';
import { createHistory } from '../../src/control/history.ts';
import { asKeyId, asOperationId } from '../../src/domain/ids.ts';
import { OPERATION_KINDS } from '../../src/domain/operation.ts';
import { createLedger, type Ledger } from '../../src/gateway/ledger.ts';
import type { LedgerFilter, Store } from '../../src/ports/store.ts';
import { smallOperation, smallRecord } from '../contract/operation-records.ts';
import { callerWith } from '../gateway/harness.ts';
import { newDataFolder } from '../support/data-folder.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { recordedLog } from '../support/recorded-log.ts';

const admin = callerWith({ id: asKeyId('key_admin'), role: 'ADMIN' });
const mine = asKeyId('key_mine');
const theirs = asKeyId('key_theirs');
const member = callerWith({ id: mine });

describe('the history of operations', () => {
  let folder: Awaited<ReturnType<typeof newDataFolder>>;
  let store: Store;
  let ledger: Ledger;
  beforeAll(async () => {
    folder = await newDataFolder();
    store = await openStore({ kind: 'embedded', dataDir: folder.path }, recordedLog());
    ledger = createLedger(store.ledger, createFakeClock(), recordedLog());
  });
  afterAll(async () => {
    await store.close();
    folder.remove();
  });
  const append = (keyId: typeof mine, changes: Parameters<typeof smallRecord>[0] = {}) => {
    const record = smallRecord({ keyId, ...changes });
    ledger.append(record);
    return record;
  };
  const open = () => createHistory(store.ledger, ledger.flush);
  const everything = { limit: 100 };

  it('holds what has just been done, of all keys for the admin and for others their own', async () => {
    const [first, other, last] = [append(mine), append(theirs), append(mine, { status: 'FAILED' })];
    const history = open();
    expect((await history.list(admin, {}, everything)).rows).toEqual([last, other, first]);
    expect((await history.list(member, {}, everything)).rows).toEqual([last, first]);
    expect((await history.list(member, { status: 'FAILED' }, everything)).rows).toEqual([last]);
    expect((await history.list(admin, { keyId: theirs }, everything)).rows).toEqual([other]);
    expect((await history.list(member, { keyId: mine }, everything)).rows).toEqual([last, first]);
    expect(await history.list(member, {}, { limit: 1 })).toEqual({ rows: [last], hasMore: true });
    expect((await history.list(member, {}, { limit: 1, after: last.id })).rows).toEqual([first]);
  });

  it('holds operations of all kinds, and tells them apart', async () => {
    const before = (await open().list(member, {}, everything)).rows;
    const embedding = smallOperation({ keyId: mine });
    const speech = smallOperation({ keyId: mine, operation: 'SPEECH' });
    const completion = smallRecord({ keyId: mine });
    const other = smallOperation({ keyId: theirs });
    for (const row of [embedding, speech, completion, other]) ledger.append(row);
    const history = open();
    const list = async (filter: LedgerFilter, caller = member) =>
      (await history.list(caller, filter, everything)).rows;
    expect(await list({})).toEqual([completion, speech, embedding, ...before]);
    expect(await list({ operations: OPERATION_KINDS })).toEqual([speech, embedding]);
    expect(await list({ operations: OPERATION_KINDS }, admin)).toEqual([other, speech, embedding]);
    expect(await list({ operations: ['SPEECH'] })).toEqual([speech]);
    expect(await list({ operations: OPERATION_KINDS, keyId: theirs })).toEqual([]);
    const ids = [other.id, asOperationId('op_missing'), completion.id, embedding.id];
    expect(await history.findMany(admin, ids)).toEqual([other, undefined, completion, embedding]);
    expect(await history.findMany(member, ids)).toEqual([undefined, undefined, completion, embedding]);
  });

  it('has nothing for a member that asks for another key', async () => {
    append(theirs);
    append(mine);
    expect(await open().list(member, { keyId: theirs }, everything)).toEqual({ rows: [], hasMore: false });
  });

  it('finds by id, as far as the caller may see', async () => {
    const [own, other] = [append(mine), append(theirs)];
    const ids = [other.id, asOperationId('cmp_missing'), own.id];
    expect(await open().findMany(admin, ids)).toEqual([other, undefined, own]);
    expect(await open().findMany(member, ids)).toEqual([undefined, undefined, own]);
  });
});
