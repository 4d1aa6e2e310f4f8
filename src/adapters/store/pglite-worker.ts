import { existsSync, renameSync, rmSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
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

/**
 * How long V8 runs a function of the database before it compiles it anew, to run faster. By V8's own figure the database
 * would be compiled while the server starts: that takes more processor time than all that the database does then, and
 * over 100 MB. Put back at once: the flag is of the whole process.
 */
const withPatientCompiler = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  setFlagsFromString('--wasm-tiering-budget=1300000000');
  try {
    return await work();
  } finally {
    setFlagsFromString('--wasm-tiering-budget=13000000');
  }
};

if (!existsSync(databaseDir)) await create();
const database = await withPatientCompiler(() => PGlite.create(databaseDir));
/** One connection is used; the rest is room for its successor while the server lets go of a broken one. */
const server = new PGLiteSocketServer({ db: database, path: socketPath, maxConnections: 4 });
await server.start();

parentPort?.once('message', async () => {
  await server.stop();
  await database.close();
  process.exit(0);
});
parentPort?.postMessage('listening');
