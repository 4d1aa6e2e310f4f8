import { readTokenCount, writeTokenCount } from '../../wire/serve/messages/token-count.ts';
import { splitControl } from './control-options.ts';
import type { Exchange } from './exchange.ts';
import { headersOf, type OperationDependencies, performFor } from './operation-route.ts';
import { readJson } from './read-body.ts';
import type { ErrorFormat } from './send.ts';
import { sendJson } from './send.ts';

/** `POST /v1/messages/count_tokens`: how many tokens a prompt has, by the provider's count or by an estimate. */
export const serveTokenCount = async (
  format: ErrorFormat,
  exchange: Exchange,
  deps: OperationDependencies,
): Promise<void> => {
  const { control, body } = splitControl(
    await readJson(exchange.request, deps.maxRequestBytes),
    exchange.request.headers,
  );
  const read = readTokenCount(body);
  const asked =
    read.kind === 'INVALID'
      ? read
      : { ...read, unread: read.unread.map(({ name }) => name), options: undefined };
  const done = await performFor('TOKEN_COUNT', asked, control, format, exchange, deps);
  if (done === undefined) return;
  sendJson(
    exchange.response,
    200,
    writeTokenCount(done.answer.result),
    headersOf(done.answer, exchange, deps),
  );
};
