/**
 * The least that a gateway does, in a process of its own: reads JSON, writes it anew to the provider, and the same with the
 * answer. No keys, no routing, nothing is counted.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';

const [upstream = ''] = process.argv.slice(2);
const agent = new Agent({ pipelining: 1, connections: 4096, allowH2: false });

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};

const forward = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const asked: object = JSON.parse(await bodyOf(request));
  const aborter = new AbortController();
  // An abort makes an error with its stack: only where the client went before its answer was whole.
  response.once('close', () => {
    if (!response.writableFinished) aborter.abort();
  });
  const answer = await agent.request({
    origin: upstream,
    method: 'POST',
    path: request.url ?? '/',
    headers: { 'content-type': 'application/json', authorization: 'Bearer sk-bench' },
    body: JSON.stringify(asked),
    signal: aborter.signal,
  });
  const text = JSON.stringify(await answer.body.json());
  response.writeHead(answer.statusCode, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
};

const server = createServer((request, response) => {
  forward(request, response).catch(() => response.destroy());
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listening http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
