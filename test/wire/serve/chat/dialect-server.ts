import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import OpenAI from 'openai';
import { onTestFinished } from 'vitest';
import type { CompletionEvent } from '../../../../src/domain/completion-event.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../../../src/domain/json.ts';
import type { ChoicesStream } from '../../../../src/wire/serve/chat/choices-stream.ts';
import { chatDialect, createChatChoices } from '../../../../src/wire/serve/chat/dialect.ts';
import { createLegacyChoices, legacyDialect } from '../../../../src/wire/serve/chat/legacy/dialect.ts';
import type { ClientDialect, FinishedAnswer } from '../../../../src/wire/serve/client-dialect.ts';
import { type ClientError, clientErrorOf } from '../../../../src/wire/serve/client-error.ts';
import { finishedOf } from './scripted-answers.ts';

/** The events of each completion; several are choices. */
type Script = readonly [readonly CompletionEvent[], ...(readonly CompletionEvent[])[]];

type Served<Options> = {
  readonly dialect: ClientDialect<Options>;
  readonly choices: (options: Options, completions: number) => ChoicesStream;
};

const bodyOf = async (request: AsyncIterable<Buffer>): Promise<JsonObject> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = parseJson(Buffer.concat(chunks).toString('utf8'));
  return isJsonObject(body) ? body : {};
};

const sendError = <Options>(
  response: ServerResponse,
  dialect: ClientDialect<Options>,
  error: ClientError,
): void => {
  response.writeHead(dialect.statusOf(error), { 'content-type': 'application/json' });
  response.end(JSON.stringify(dialect.writeError(error)));
};

/** Takes turns among the completions, as they come from several connections. */
const interleaved = (script: Script): readonly (readonly [number, CompletionEvent])[] =>
  Array.from({ length: Math.max(...script.map((events) => events.length)) }, (_, turn) =>
    script.flatMap((events, index) => {
      const event = events[turn];
      return event === undefined ? [] : [[index, event] as const];
    }),
  ).flat();

const serve = <Options>(
  { dialect, choices }: Served<Options>,
  body: JsonObject,
  script: Script,
  response: ServerResponse,
): void => {
  const read = dialect.read(body);
  if (read.kind === 'INVALID') {
    const { path, problem } = read;
    const message = `${path}: ${problem}`;
    sendError(response, dialect, { kind: 'INVALID_REQUEST', code: 'invalid_input', message, param: path });
    return;
  }
  if (read.stream) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(dialect.keepAlive);
    const writer = choices(read.options, script.length);
    for (const [index, event] of interleaved(script)) response.write(writer.push(index, event));
    response.end();
    return;
  }
  const failure = script.flat().find((event) => event.type === 'failed');
  if (failure?.type === 'failed') {
    sendError(response, dialect, clientErrorOf(failure.error));
    return;
  }
  const [first, ...rest] = script.map(finishedOf);
  if (first === undefined) throw new Error('There is nothing to answer.');
  const answers: readonly [FinishedAnswer, ...FinishedAnswer[]] = [first, ...rest];
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(dialect.writeAnswer(answers, read.options)));
};

export type DialectServer = {
  readonly client: OpenAI;
  readonly url: string;
  /** What was asked last. */
  asked(): JsonObject;
};

/** A server that answers every request with these completions, and a client of it. */
export const serveScript = async (...script: Script): Promise<DialectServer> => {
  let asked: JsonObject = {};
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      asked = body;
      if (request.url === '/v1/completions')
        serve({ dialect: legacyDialect, choices: createLegacyChoices }, body, script, response);
      else serve({ dialect: chatDialect, choices: createChatChoices }, body, script, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/v1`;
  return {
    url,
    client: new OpenAI({ baseURL: url, apiKey: 'mg_test', maxRetries: 0 }),
    asked: () => asked,
  };
};
