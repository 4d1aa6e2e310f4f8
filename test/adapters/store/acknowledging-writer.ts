/**
 * A process for a test to kill: opens the store in the folder given, writes one row after the other, and
 * prints the id of each on a line of its own once the store has acknowledged it.
 */
import { openStore } from '../../../src/adapters/store/open-store.ts';
import { smallRecord } from '../../contract/operation-records.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { writeRows } from '../../support/write-rows.ts';

const store = await openStore({ kind: 'embedded', dataDir: process.argv[2] ?? '' }, recordedLog());
process.stdout.write('open\n');
for (;;) {
  const record = smallRecord();
  await writeRows(store.ledger, [record]);
  process.stdout.write(`${record.id}\n`);
}
