import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { createContentFold } from '../../../src/domain/completion-content.ts';
import type { CompletionEvent } from '../../../src/domain/completion-event.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import type {
  ClientDialect,
  FinishedAnswer,
  InvalidBody,
  ReadCompletion,
} from '../../../src/wire/serve/client-dialect.ts';
import { type ClientError, clientErrorOf } from '../../../src/wire/serve/client-error.ts';

type Read<Options> = Extract<ReadCompletion<Options>, { kind: 'OK' }>;

export type ScriptedServer<Options> = {
  readonly origin: string;
  /** What was read of each request for an answer, in order. */
  readonly read: readonly Read<Options>[];
};

/** What is asked for besides answers; undefined where it is an answer. */
export type Other = { readonly kind: 'ANSWER'; readonly body: JsonObject } | InvalidBody;

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
        ...(verbatim?.type === 'verbatim' && { verbatim: JSON.parse(verbatim.data) }),
      };
    }
  }
  throw new Error('the script has no end');
};

/** A server that knows the dialect alone: what it reads it keeps; what it answers to the nth request, `scriptAt` says. */
export const serveDialect = async <Options>(
  dialect: ClientDialect<Options>,
  scriptAt: (index: number) => readonly CompletionEvent[],
  readOther: (url: string, body: JsonObject) => Other | undefined = () => undefined,
): Promise<ScriptedServer<Options>> => {
  const read: Read<Options>[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = JSON.parse(Buffer.concat(chunks).toString());
    const json = (status: number, answer: JsonObject): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    };
    const refuse = (error: ClientError): void => json(dialect.statusOf(error), dialect.writeError(error));

    const asked = readOther(request.url ?? '', body) ?? dialect.read(body);
    if (asked.kind === 'INVALID')
      return refuse({
        kind: 'INVALID_REQUEST',
        code: 'invalid_input',
        param: asked.path,
        message: asked.problem,
      });
    if (asked.kind === 'ANSWER') return json(200, asked.body);
    const script = scriptAt(read.length);
    read.push(asked);
    if (!asked.stream) {
      const answer = wholeAnswer(script);
      return 'content' in answer ? json(200, dialect.writeAnswer([answer], asked.options)) : refuse(answer);
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const writer = dialect.streamWriter(asked.options);
    response.write(dialect.keepAlive);
    for (const event of script) response.write(writer.push(event));
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, read };
};
