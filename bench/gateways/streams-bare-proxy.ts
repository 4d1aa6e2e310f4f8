/**
 * The least that a gateway does with a stream, in a process of its own: asks the provider for the same, and writes each piece
 * on as it comes, at the pace at which the client takes it. Nothing is read of it, and nothing is counted.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent } from 'undici';

const [upstream = ''] = process.argv.slice(2);
const agent = new Agent({ pipelining: 1, connections: 4096, allowH2: false });

const forward = async (request: IncomingMessage, body: string, response: ServerResponse): Promise<void> => {
  const asked: object = JSON.parse(body);
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
  response.writeHead(answer.statusCode, { 'content-type': 'text/event-stream; charset=utf-8' });
  answer.body.on('error', () => response.destroy());
  answer.body.pipe(response);
};

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.once('end', () => {
    forward(request, Buffer.concat(chunks).toString(), response).catch(() => response.destroy());
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  process.stdout.write(`listening http://127.0.0.1:${address.port}\n`);
});
