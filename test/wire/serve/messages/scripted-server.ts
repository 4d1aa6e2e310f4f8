import type { CompletionEvent } from '../../../../src/domain/completion-event.ts';
import { messagesDialect } from '../../../../src/wire/serve/messages/dialect.ts';
import type { MessagesOptions } from '../../../../src/wire/serve/messages/read-request.ts';
import { readTokenCount, writeTokenCount } from '../../../../src/wire/serve/messages/token-count.ts';
import { type ScriptedServer, serveDialect } from '../scripted-server.ts';

/** Answers every request for a message with the script; counts a token for each message. */
export const serveScript = (script: readonly CompletionEvent[]): Promise<ScriptedServer<MessagesOptions>> =>
  serveDialect(
    messagesDialect,
    () => script,
    (url, body) => {
      if (!url.startsWith('/v1/messages/count_tokens')) return undefined;
      const count = readTokenCount(body);
      if (count.kind === 'INVALID') return count;
      const inputTokens = count.input.messages.length;
      return { kind: 'ANSWER', body: writeTokenCount({ inputTokens, method: 'ESTIMATE' }) };
    },
  );
