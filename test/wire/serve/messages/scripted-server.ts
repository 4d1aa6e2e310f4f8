import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { createContentFold } from '../../../../src/domain/completion-content.ts';
import type { CompletionEvent } from '../../../../src/domain/completion-event.ts';
import type { JsonObject } from '../../../../src/domain/json.ts';
import type { ReadCompletion } from '../../../../src/wire/serve/client-dialect.ts';
import { type ClientError, clientErrorOf } from '../../../../src/wire/serve/client-error.ts';
import { messagesDialect } from '../../../../src/wire/serve/messages/dialect.ts';
import type { MessagesOptions } from '../../../../src/wire/serve/messages/read-request.ts';
import { readTokenCount, writeTokenCount } from '../../../../src/wire/serve/messages/token-count.ts';

export type ScriptedServer = {
  readonly baseUrl: string;
  /** What was read of each request for a message, in order. */
  readonly read: Extract<ReadCompletion<MessagesOptions>, { kind: 'OK' }>[];
};

const wholeAnswer = (
  events: readonly CompletionEvent[],
  options: MessagesOptions,
): JsonObject | ClientError => {
  const fold = createContentFold();
  for (const event of events) {
    fold.add(event);
    if (event.type === 'failed') return clientErrorOf(event.error);
    if (event.type === 'finished')
      return messagesDialect.writeAnswer([{ content: fold.content(), record: event.record }], options);
  }
  throw new Error('the script has no end');
};

const isError = (answer: JsonObject | ClientError): answer is ClientError => 'kind' in answer;

/** A server that knows the dialect alone: what it reads it keeps, what it answers is the script. */
export const serveScript = async (script: readonly CompletionEvent[]): Promise<ScriptedServer> => {
  const read: ScriptedServer['read'] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = JSON.parse(Buffer.concat(chunks).toString());
    const json = (status: number, answer: JsonObject): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    };
    const refuse = (error: ClientError): void =>
      json(messagesDialect.statusOf(error), messagesDialect.writeError(error));
    const invalid = (param: string, message: string): void =>
      refuse({ kind: 'INVALID_REQUEST', code: 'invalid_input', param, message });

    if (request.url?.startsWith('/v1/messages/count_tokens')) {
      const count = readTokenCount(body);
      if (count.kind === 'INVALID') return invalid(count.path, count.problem);
      return json(200, writeTokenCount({ inputTokens: count.input.messages.length, method: 'ESTIMATE' }));
    }
    const completion = messagesDialect.read(body);
    if (completion.kind === 'INVALID') return invalid(completion.path, completion.problem);
    read.push(completion);
    if (!completion.stream) {
      const answer = wholeAnswer(script, completion.options);
      return isError(answer) ? refuse(answer) : json(200, answer);
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const writer = messagesDialect.streamWriter(completion.options);
    response.write(messagesDialect.keepAlive);
    for (const event of script) response.write(writer.push(event));
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { baseUrl: `http://127.0.0.1:${port}`, read };
};
