/**
 * Kills a server under load, again and again, and compares its ledger with what the upstream counted: on the embedded store, or on
 * a Postgres. `node bench/faults/kills.ts [kills] [requests a second] [postgres://…]`
 */

import { usedDataFolder } from '../../test/support/data-folder.ts';
import { judgeKills, killRounds } from '../../test/support/kill-rounds.ts';
import { createDatabase } from '../../test/support/postgres-database.ts';

const [kills = 20, perSecond = 200] = process.argv.slice(2, 4).map(Number);
/** Without one: the embedded store. */
const serverUrl = process.argv[4];
const folder = await usedDataFolder();
const database = serverUrl === undefined ? undefined : await createDatabase(serverUrl);
try {
  const rounds = await killRounds({
    kills,
    perSecond,
    requests: 200,
    store:
      database === undefined
        ? { kind: 'embedded', dataDir: folder.path }
        : { kind: 'postgres', url: database.url },
    server: {
      dataDir: folder.path,
      ...(database !== undefined && { env: { DATABASE_URL: database.url } }),
    },
  });
  const { lost, doubled, unlike, ...counts } = judgeKills(rounds);
  process.stdout.write(
    `${kills} kills at ${perSecond} requests/s, ${database === undefined ? 'embedded' : 'Postgres'}: ` +
      `${JSON.stringify({ ...counts, lost: lost.length, doubled: doubled.length, unlike: unlike.length })}\n`,
  );
  if (lost.length + doubled.length + unlike.length > 0) process.exitCode = 1;
} finally {
  folder.remove();
  await database?.drop();
}
