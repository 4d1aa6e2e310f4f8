import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import { messages, PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { folderFailure } from './folder-problem.ts';

/**
 * Runs PGlite in a worker thread, where a long query does not hold up the server, behind a Unix socket.
 * Posts LISTENING once it can be connected to, FAILED when it is of no use any more, PONG for `ping`; closes for `stop`, and then
 * exits. Lines of a CopyOrder go past the socket: COPIED says that they are in, or why not. DAMAGED tells of a page whose checksum
 * is wrong.
 */
export type CopyOrder = {
  readonly number: number;
  readonly target: string;
  readonly lines: Uint8Array<ArrayBuffer>;
};

/** Answered by COPIED as well. */
export type BackupOrder = { readonly number: number; readonly folder: string };

const given: { readonly databaseDir: string; readonly socketPath: string } = workerData;
const { databaseDir, socketPath } = given;

/** A database that a crash left half made never gets the name under which it is opened. */
const create = async (): Promise<void> => {
  const partial = `${databaseDir}.partial`;
  rmSync(partial, { recursive: true, force: true });
  try {
    // Read here alone: most starts make nothing.
    const { PACKED_DATABASE, unpackDatabase } = await import('./new-database.ts');
    if (!unpackDatabase(PACKED_DATABASE, partial)) await (await PGlite.create(partial)).close();
    renameSync(partial, databaseDir);
  } catch (error) {
    // Half a database may be what fills the disk.
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
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

/**
 * Its own cache is small: the operating system keeps the files in memory as well, and reading a page from there costs a few
 * microseconds. All of it is written when the database starts; the usual 128 MB cost half a second of processor time and stay
 * resident.
 */
const startParams = [...PGlite.defaultStartParams, '-c', 'shared_buffers=16MB'];

const reportFailure = (error: unknown): void =>
  parentPort?.postMessage({ kind: 'FAILED', ...folderFailure(error) });

/** Of Postgres: a page or an index that is not as it was written. In an answer, a code stands between zeros, after a C. */
const DAMAGE = ['XX001', 'XX002'];
const DAMAGE_FIELDS = DAMAGE.map((code) => Buffer.from(`\0C${code}\0`));
const ERROR_RESPONSE = 'E'.charCodeAt(0);

const reportDamage = (data: Uint8Array): void => {
  if (data[0] !== ERROR_RESPONSE) return;
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (!DAMAGE_FIELDS.some((field) => bytes.includes(field))) return;
  // Its message is the field M.
  const [, message = 'damaged'] = /\0M([^\0]*)/.exec(bytes.toString('utf8')) ?? [];
  parentPort?.postMessage({ kind: 'DAMAGED', message });
};

/**
 * A refused statement is an answer; what the engine throws is its end, after which the socket's queue answers nobody. That
 * has to be seen here: the socket only closes the connection.
 */
const reportingFailures = (database: PGlite): PGlite => {
  const execute = database.execProtocolRawStream.bind(database);
  database.execProtocolRawStream = (message, options) =>
    execute(message, {
      ...options,
      onRawData(data) {
        reportDamage(data);
        options?.onRawData?.(data);
      },
    }).catch((error: unknown) => {
      reportFailure(error);
      throw error;
    });
  return database;
};

/** Answers when it is done. */
const copyIn = async (database: PGlite, { number, target, lines }: CopyOrder): Promise<void> => {
  try {
    await database.query(`copy ${target} from '/dev/blob'`, [], { blob: new Blob([lines]) });
    parentPort?.postMessage({ kind: 'COPIED', number });
  } catch (error) {
    if (!(error instanceof messages.DatabaseError)) return reportFailure(error);
    const { message, code } = error;
    if (code !== undefined && DAMAGE.includes(code)) parentPort?.postMessage({ kind: 'DAMAGED', message });
    parentPort?.postMessage({ kind: 'COPIED', number, refused: { message, code } });
  }
};

/** While it is copied nothing is written: the database works in this thread. What it holds in memory is written first. */
const backUp = async (database: PGlite, { number, folder }: BackupOrder): Promise<void> => {
  try {
    await database.query('checkpoint');
    cpSync(databaseDir, folder, { recursive: true });
    parentPort?.postMessage({ kind: 'COPIED', number });
  } catch (error) {
    parentPort?.postMessage({ kind: 'COPIED', number, refused: folderFailure(error) });
  }
};

const serve = async (): Promise<void> => {
  if (!existsSync(databaseDir)) await create();
  const database = reportingFailures(
    await withPatientCompiler(() => PGlite.create(databaseDir, { startParams })),
  );
  /** One connection is used; the rest is room for its successor while the server lets go of a broken one. */
  const server = new PGLiteSocketServer({ db: database, path: socketPath, maxConnections: 4 });
  await server.start();
  parentPort?.on('message', async (message: 'ping' | 'stop' | CopyOrder | BackupOrder) => {
    if (typeof message === 'object')
      return 'folder' in message ? backUp(database, message) : copyIn(database, message);
    if (message === 'ping') {
      parentPort?.postMessage({ kind: 'PONG' });
      return;
    }
    await server.stop();
    await database.close();
    process.exit(0);
  });
  parentPort?.postMessage({ kind: 'LISTENING' });
};

await serve().catch(reportFailure);
