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
const Answer = z.union([z.object({ revoked: z.int() }), z.object({ problem: z.string() })]);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Takes new admin keys from commands of this machine while this process has the embedded store open: no other may open it.
 * Who may connect is decided by the rights of the socket's folder, which only this user can enter.
 */
export const serveAdminSocket = async (
  path: string,
  keys: Pick<KeyStore, 'addAdmin'>,
): Promise<{ close(): void }> => {
  const server = createServer(async (incoming, response) => {
    const answer = async (): Promise<z.infer<typeof Answer>> => {
      if (Number(incoming.headers['content-length'] ?? Number.NaN) > MAX_BODY_BYTES)
        return { problem: 'The request is too long.' };
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

/** Gives a new admin key to the server at the other end. The number of others that it revoked; rejects with a sentence. */
export const sendAdminKey = async (
  path: string,
  key: Key,
  hash: string,
  { revokeOthers }: { readonly revokeOthers: boolean },
): Promise<number> => {
  const body = JSON.stringify({ ...key, hash, revokeOthers });
  const answer = await new Promise<unknown>((resolve, reject) => {
    const sent = request(
      {
        socketPath: path,
        method: 'POST',
        headers: { 'content-length': Buffer.byteLength(body) },
        signal: AbortSignal.timeout(ANSWER_MS),
      },
      (response) => json(response).then(resolve, reject),
    );
    sent.on('error', reject);
    sent.end(body);
  });
  const read = Answer.parse(answer);
  if ('problem' in read) throw new Error(read.problem);
  return read.revoked;
};
