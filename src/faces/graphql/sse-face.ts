import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExecutionResult, GraphQLError } from 'graphql';
import { createHandler } from 'graphql-sse';
import { prepareOperation } from './operation.ts';
import type { Engine, ServerContext } from './yoga.ts';

/** As an event of the stream: an answer of status 400 is all that a client of the protocol would tell its user. */
async function* refusal(errors: readonly GraphQLError[]): AsyncGenerator<ExecutionResult, void, void> {
  yield { errors };
}

/**
 * GraphQL over server-sent events by graphql-sse's protocol, in its distinct connections mode: one request,
 * one operation, one stream. (Its other mode reserves streams, whose state would live on one node only.)
 */
export const createSseFace = (engine: Engine) => {
  const handler = createHandler<IncomingMessage, ServerContext>({
    authenticate: () => null,
    async onSubscribe({ raw, context }, parameters) {
      const operation = await prepareOperation(engine, context, raw, parameters);
      return operation.kind === 'REFUSED' ? refusal(operation.errors) : operation.run();
    },
  });

  /** `body` is the request's, already read. Resolves when the answer has been given whole, or the client has gone. */
  return async (
    request: IncomingMessage,
    response: ServerResponse,
    body: string,
    context: ServerContext,
  ): Promise<void> => {
    const [answer, { status, statusText, headers }] = await handler({
      method: request.method ?? 'GET',
      url: request.url ?? '/',
      headers: {
        get: (name) => {
          const value = request.headers[name.toLowerCase()];
          return Array.isArray(value) ? value.join(', ') : value;
        },
      },
      body,
      raw: request,
      context,
    });
    response.writeHead(status, statusText, { ...headers });
    if (answer === null || typeof answer === 'string') {
      response.end(answer ?? undefined);
      return;
    }
    const leave = (): void => void answer.return(undefined);
    context.gone.addEventListener('abort', leave, { once: true });
    for await (const event of answer) {
      if (context.gone.aborted) return;
      if (!response.write(event)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
    }
    context.gone.removeEventListener('abort', leave);
    response.end();
  };
};
