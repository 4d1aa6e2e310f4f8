/** Makes an empty database and packs it into dist/, where the first start of a server finds it. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isPacked, PACKED_DATABASE, packDatabase } from '../src/adapters/store/new-database.ts';
import { openStore } from '../src/adapters/store/open-store.ts';
import { openLog } from '../src/adapters/telemetry/log.ts';

if (!isPacked(PACKED_DATABASE)) {
  const dataDir = mkdtempSync(join(tmpdir(), 'modelgraph-new-database-'));
  try {
    const store = await openStore({ kind: 'embedded', dataDir }, openLog('error', 'auto'));
    await store.close();
    mkdirSync(dirname(PACKED_DATABASE), { recursive: true });
    // Of two that are made at the same time, one is there whole.
    const made = `${PACKED_DATABASE}-${process.pid}`;
    writeFileSync(made, packDatabase(join(dataDir, 'postgres')));
    renameSync(made, PACKED_DATABASE);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}
