/** The provider of these measurements, in a process of its own: answers whole, and at once. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WHOLE } from './answers.ts';

const textOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};

const server = createServer(async (request, response) => {
  // To its end, as a provider does.
  const body = await textOf(request).catch(() => undefined);
  if (body === undefined) return;
  const path = request.url ?? '';
  const whole = WHOLE[path] ?? '{"error":{"message":"no such path"}}';
  response.writeHead(path in WHOLE ? 200 : 404, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(whole),
  });
  response.end(whole);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listening http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
