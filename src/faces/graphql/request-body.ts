import type { IncomingMessage } from 'node:http';

export type ReadBody = { readonly kind: 'OK'; readonly text: string } | { readonly kind: 'TOO_LARGE' };

/** Reads a body as UTF-8 text under a cap in bytes; stops reading where it is passed. */
export const readBody = (request: IncomingMessage, maxBytes: number): Promise<ReadBody> =>
  new Promise((resolve, reject) => {
    const declared = Number(request.headers['content-length'] ?? 0);
    if (declared > maxBytes) return resolve({ kind: 'TOO_LARGE' });
    const chunks: Buffer[] = [];
    let bytes = 0;
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      request.off('data', onData);
      request.pause();
      resolve({ kind: 'TOO_LARGE' });
    };
    request.on('data', onData);
    request.once('end', () => resolve({ kind: 'OK', text: Buffer.concat(chunks).toString('utf8') }));
    request.once('error', reject);
    request.once('close', () => reject(new Error('The client left while it sent its request.')));
  });
