/** The provider of these measurements, in a process of its own: answers at once, and streams 50 tokens a second. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { STREAMED, WHOLE } from './answers.ts';

const TOKEN_EVERY_MS = 20;

/** One timer for all streams would have them come in clumps; each has its own, as each has its own beginning. */
const stream = (response: ServerResponse, path: string): void => {
  const answer = STREAMED[path];
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  if (answer === undefined) return void response.end();
  response.write(answer.begin);
  const timer = setInterval(() => response.write(answer.token), TOKEN_EVERY_MS);
  response.once('close', () => clearInterval(timer));
};

const textOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};

const server = createServer(async (request, response) => {
  const body = await textOf(request).catch(() => undefined);
  if (body === undefined) return;
  const path = request.url ?? '';
  if (/"stream":\s*true/.test(body.slice(-400)) || /"stream":\s*true/.test(body.slice(0, 400)))
    return stream(response, path);
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
