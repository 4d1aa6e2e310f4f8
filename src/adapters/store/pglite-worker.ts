import { existsSync, renameSync, rmSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

/**
 * Runs PGlite in a worker thread, where a long query does not hold up the server, behind a Unix socket.
 * Posts `listening` once it can be connected to; closes on any message, and then exits.
 */
const given: { readonly databaseDir: string; readonly socketPath: string } = workerData;
const { databaseDir, socketPath } = given;

/** A database that a crash left half made never gets the name under which it is opened. */
const create = async (): Promise<void> => {
  const partial = `${databaseDir}.partial`;
  rmSync(partial, { recursive: true, force: true });
  const database = await PGlite.create(partial);
  await database.close();
  renameSync(partial, databaseDir);
};

if (!existsSync(databaseDir)) await create();
const database = await PGlite.create(databaseDir);
/** One connection is used; the rest is room for its successor while the server lets go of a broken one. */
const server = new PGLiteSocketServer({ db: database, path: socketPath, maxConnections: 4 });
await server.start();

parentPort?.once('message', async () => {
  await server.stop();
  await database.close();
  process.exit(0);
});
parentPort?.postMessage('listening');
