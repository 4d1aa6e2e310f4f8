import { expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../src/adapters/store/open-store.ts';
import { createOperationHistory } from '../../src/control/operation-history.ts';
import { asKeyId, asOperationId } from '../../src/domain/ids.ts';
import { createLedger } from '../../src/gateway/ledger.ts';
import { smallOperation, smallRow } from '../contract/completion-records.ts';
import { callerWith } from '../gateway/harness.ts';
import { newDataFolder } from '../support/data-folder.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { recordedLog } from '../support/recorded-log.ts';

it('holds what has just been done, of all keys for the admin and for others their own', async () => {
  const folder = await newDataFolder();
  onTestFinished(folder.remove);
  const store = await openStore({ kind: 'embedded', dataDir: folder.path }, recordedLog());
  onTestFinished(() => store.close());
  const ledger = createLedger(store.ledger, createFakeClock(), recordedLog());
  const history = createOperationHistory(store.operations, ledger.flush);
  const [mine, theirs] = [asKeyId('key_mine'), asKeyId('key_theirs')];
  const admin = callerWith({ id: asKeyId('key_admin'), role: 'ADMIN' });
  const member = callerWith({ id: mine });

  const own = smallOperation({ keyId: mine });
  const speech = smallOperation({ keyId: mine, operation: 'SPEECH' });
  const other = smallOperation({ keyId: theirs });
  for (const row of [own, speech, smallRow({ keyId: mine }), other]) ledger.append(row);

  const page = { limit: 10 };
  expect((await history.list(admin, {}, page)).rows).toEqual([other, speech, own]);
  expect((await history.list(member, {}, page)).rows).toEqual([speech, own]);
  expect((await history.list(member, { operation: 'SPEECH' }, page)).rows).toEqual([speech]);
  expect(await history.list(member, { keyId: theirs }, page)).toEqual({ rows: [], hasMore: false });
  const ids = [other.id, asOperationId('op_missing'), own.id];
  expect(await history.findMany(admin, ids)).toEqual([other, undefined, own]);
  expect(await history.findMany(member, ids)).toEqual([undefined, undefined, own]);
});
