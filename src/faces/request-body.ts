import type { IncomingMessage } from 'node:http';

export type ReadBody = { readonly kind: 'OK'; readonly bytes: Buffer } | { readonly kind: 'TOO_LARGE' };

/** Puts the pieces of a body together, each as it comes where the length was declared: so a body is here once. */
const gather = (declared: number) => {
  const whole = Buffer.allocUnsafe(declared);
  const rest: Buffer[] = [];
  let filled = 0;
  return {
    add(chunk: Buffer): void {
      const taken = chunk.copy(whole, filled);
      filled += taken;
      if (taken < chunk.length) rest.push(chunk.subarray(taken));
    },
    bytes: (): Buffer => {
      const start = whole.subarray(0, filled);
      return rest.length === 0 ? start : Buffer.concat([start, ...rest]);
    },
  };
};

/** Reads a body under a cap in bytes; stops reading where it is passed. */
export const readBody = (request: IncomingMessage, maxBytes: number): Promise<ReadBody> =>
  new Promise((resolve, reject) => {
    const declared = Number(request.headers['content-length'] ?? 0);
    if (declared > maxBytes) return resolve({ kind: 'TOO_LARGE' });
    const body = gather(declared);
    let bytes = 0;
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes <= maxBytes) {
        body.add(chunk);
        return;
      }
      request.off('data', onData);
      request.pause();
      resolve({ kind: 'TOO_LARGE' });
    };
    request.on('data', onData);
    const onClose = (): void => reject(new Error('The client left while it sent its request.'));
    request.once('end', () => {
      // Making an error takes more time than reading a small body.
      request.off('close', onClose);
      resolve({ kind: 'OK', bytes: body.bytes() });
    });
    request.once('error', reject);
    request.once('close', onClose);
  });

const DISCARD_FOR_MS = 5_000;

/** Reads what is still to come and throws it away. Resolves when it has come, or after some seconds. */
export const discardRest = (request: IncomingMessage): Promise<void> =>
  new Promise((resolve) => {
    if (request.readableEnded || request.destroyed) return resolve();
    const timer = setTimeout(resolve, DISCARD_FOR_MS);
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    request.once('end', done);
    request.once('close', done);
    request.resume();
  });
