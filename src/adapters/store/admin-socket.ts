import { createServer, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { asKeyId } from '../../domain/ids.ts';
import type { Key } from '../../domain/key.ts';
import type { KeyStore } from '../../ports/store.ts';

const MAX_BODY_BYTES = 4_096;
const ANSWER_MS = 10_000;

const NewAdminKey = z.object({
  id: z.string().transform(asKeyId),
  name: z.string(),
  prefix: z.string(),
  createdAt: z.coerce.date(),
  hash: z.string(),
  revokeOthers: z.boolean(),
});
const BackupOrder = z.object({ to: z.string() });
const Answer = z.union([
  z.object({ revoked: z.int() }),
  z.object({ isBackedUp: z.literal(true) }),
  z.object({ problem: z.string() }),
]);
type Answer = z.infer<typeof Answer>;

const BACKUP_PATH = '/backup';

/** What a process that has the embedded store open does for commands of this machine, which cannot open it meanwhile. */
export type AdminServices = {
  readonly keys: Pick<KeyStore, 'addAdmin'>;
  /** Copies the database into a folder that is not there yet. */
  backUp(to: string): Promise<void>;
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Who may connect is decided by the rights of the socket's folder, which only this user can enter. */
export const serveAdminSocket = async (
  path: string,
  { keys, backUp }: AdminServices,
): Promise<{ close(): void }> => {
  const server = createServer(async (incoming, response) => {
    const answer = async (): Promise<Answer> => {
      if (Number(incoming.headers['content-length'] ?? Number.NaN) > MAX_BODY_BYTES)
        return { problem: 'The request is too long.' };
      if (incoming.url === BACKUP_PATH) {
        await backUp(BackupOrder.parse(await json(incoming)).to);
        return { isBackedUp: true };
      }
      const { hash, revokeOthers, ...key } = NewAdminKey.parse(await json(incoming));
      return { revoked: await keys.addAdmin({ ...key, role: 'ADMIN' }, hash, { revokeOthers }) };
    };
    const body = await answer().catch((error: unknown) => ({ problem: messageOf(error) }));
    response.end(JSON.stringify(body));
  });
  server.unref();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

/** Rejects with a sentence. `answerMs` is absent where it may take as long as it takes. */
const ask = async (path: string, url: string, asked: object, answerMs?: number): Promise<Answer> => {
  const body = JSON.stringify(asked);
  const answer = await new Promise<unknown>((resolve, reject) => {
    const sent = request(
      {
        socketPath: path,
        path: url,
        method: 'POST',
        headers: { 'content-length': Buffer.byteLength(body) },
        ...(answerMs !== undefined && { signal: AbortSignal.timeout(answerMs) }),
      },
      (response) => json(response).then(resolve, reject),
    );
    sent.on('error', reject);
    sent.end(body);
  });
  const read = Answer.parse(answer);
  if ('problem' in read) throw new Error(read.problem);
  return read;
};

/** Gives a new admin key to the server at the other end. The number of others that it revoked; rejects with a sentence. */
export const sendAdminKey = async (
  path: string,
  key: Key,
  hash: string,
  { revokeOthers }: { readonly revokeOthers: boolean },
): Promise<number> => {
  const answer = await ask(path, '/', { ...key, hash, revokeOthers }, ANSWER_MS);
  return 'revoked' in answer ? answer.revoked : 0;
};

/** Has the server at the other end copy its database into a folder. Rejects with a sentence. */
export const askForBackup = async (path: string, to: string): Promise<void> => {
  await ask(path, BACKUP_PATH, { to });
};
