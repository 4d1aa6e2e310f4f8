/**
 * The provider of the soak, in a process of its own: answers whole or as a stream that takes a moment. Below `/faulty` it fails
 * in turns: an error, an overload, a stream that is cut, one that stops in the middle, nothing at all.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { STREAMED, WHOLE } from '../gateways/answers.ts';

const FAULTY = '/faulty';
const TOKENS = 20;
const TOKEN_MS = 10;
let faults = 0;

const textOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
};

const stream = async (response: ServerResponse, path: string, tokens: number): Promise<void> => {
  const answer = STREAMED[path];
  if (answer === undefined) return;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(answer.begin);
  for (let token = 0; token < tokens && !response.destroyed; token += 1) {
    response.write(answer.token);
    await pause(TOKEN_MS);
  }
  if (tokens === TOKENS) response.end(answer.end);
};

const json = (response: ServerResponse, status: number, body: string): void =>
  void response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    .end(body);

const fail = async (response: ServerResponse, path: string): Promise<void> => {
  faults += 1;
  switch (faults % 5) {
    case 0:
      return json(response, 500, '{"error":{"message":"it broke"}}');
    case 1:
      return json(response, 529, '{"error":{"message":"too busy","type":"overloaded_error"}}');
    case 2:
      await stream(response, path, 3);
      response.destroy();
      return;
    case 3:
      // Begun, and silent from then on.
      return stream(response, path, 3);
    default:
      // Silent from the beginning.
      return;
  }
};

const server = createServer(async (request, response) => {
  const body = await textOf(request).catch(() => undefined);
  if (body === undefined) return;
  const path = request.url ?? '';
  if (path.startsWith(FAULTY)) return fail(response, path.slice(FAULTY.length));
  if (/"stream": ?true/.test(body)) return stream(response, path, TOKENS);
  const whole = WHOLE[path];
  json(response, whole === undefined ? 404 : 200, whole ?? '{"error":{"message":"no such path"}}');
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listening http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
