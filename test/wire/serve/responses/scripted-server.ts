import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { createContentFold } from '../../../../src/domain/completion-content.ts';
import type { CompletionEvent } from '../../../../src/domain/completion-event.ts';
import type { JsonObject } from '../../../../src/domain/json.ts';
import type { FinishedAnswer, ReadCompletion } from '../../../../src/wire/serve/client-dialect.ts';
import { type ClientError, clientErrorOf } from '../../../../src/wire/serve/client-error.ts';
import { responsesDialect } from '../../../../src/wire/serve/responses/dialect.ts';
import type { ResponsesOptions } from '../../../../src/wire/serve/responses/options.ts';

type Read = Extract<ReadCompletion<ResponsesOptions>, { kind: 'OK' }>;

export type ScriptedServer = {
  /** With the version, as clients want it. */
  readonly baseURL: string;
  /** What was read of each request, in order. */
  readonly read: Read[];
};

/** The one whole answer of a script, or why there is none. */
export const wholeAnswer = (events: readonly CompletionEvent[]): FinishedAnswer | ClientError => {
  const fold = createContentFold();
  for (const event of events) {
    fold.add(event);
    if (event.type === 'failed') return clientErrorOf(event.error);
    if (event.type === 'finished') {
      const verbatim = events.find(({ type }) => type === 'verbatim');
      return {
        content: fold.content(),
        record: event.record,
        ...(verbatim?.type === 'verbatim' && { verbatim: verbatim.data }),
      };
    }
  }
  throw new Error('the script has no end');
};

/** A server that knows the dialect alone: what it reads it keeps; what it answers to the first request is the first script. */
export const serveScripts = async (
  ...scripts: readonly (readonly CompletionEvent[])[]
): Promise<ScriptedServer> => {
  const read: Read[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const json = (status: number, answer: JsonObject): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    };
    const refuse = (error: ClientError): void =>
      json(responsesDialect.statusOf(error), responsesDialect.writeError(error));

    const asked = responsesDialect.read(JSON.parse(Buffer.concat(chunks).toString()));
    if (asked.kind === 'INVALID')
      return refuse({
        kind: 'INVALID_REQUEST',
        code: 'invalid_input',
        param: asked.path,
        message: asked.problem,
      });
    const script = scripts[read.length] ?? [];
    read.push(asked);
    if (!asked.stream) {
      const answer = wholeAnswer(script);
      return 'content' in answer
        ? json(200, responsesDialect.writeAnswer([answer], asked.options))
        : refuse(answer);
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const writer = responsesDialect.streamWriter(asked.options);
    response.write(responsesDialect.keepAlive);
    for (const event of script) response.write(writer.push(event));
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { baseURL: `http://127.0.0.1:${port}/v1`, read };
};
