import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isJsonObject, type JsonObject, parseJson } from '../../src/domain/json.ts';
import { chatDialect } from '../../src/wire/serve/chat/dialect.ts';
import { legacyDialect } from '../../src/wire/serve/chat/legacy/dialect.ts';
import { messagesDialect } from '../../src/wire/serve/messages/dialect.ts';
import { readTokenCount } from '../../src/wire/serve/messages/token-count.ts';
import { readChatImage } from '../../src/wire/serve/operations/chat-image.ts';
import { embeddings } from '../../src/wire/serve/operations/embeddings.ts';
import { imageEdits } from '../../src/wire/serve/operations/image-edits.ts';
import { imageGenerations } from '../../src/wire/serve/operations/image-generations.ts';
import { moderations } from '../../src/wire/serve/operations/moderations.ts';
import { rerank } from '../../src/wire/serve/operations/rerank.ts';
import { speech } from '../../src/wire/serve/operations/speech.ts';
import { transcriptions } from '../../src/wire/serve/operations/transcriptions.ts';
import { translations } from '../../src/wire/serve/operations/translations.ts';
import { responsesDialect } from '../../src/wire/serve/responses/dialect.ts';
import type { ClientFormField, OperationBody } from '../../src/wire/serve/served-operation.ts';
import { CHAT, LEGACY, MESSAGES, OPERATION_BODIES, RESPONSES } from './client-bodies.ts';
import { CORPORA } from './dialect-corpus.ts';
import { holds } from './fuzz.ts';
import { changedJson, strangeText } from './strange-json.ts';

type Read =
  | { readonly kind: 'OK' }
  | { readonly kind: 'INVALID'; readonly path: string; readonly problem: string };

const check = (read: (body: JsonObject) => Read, text: string): 'OK' | 'INVALID' | undefined => {
  const body = parseJson(text);
  if (!isJsonObject(body)) return undefined;
  const result = read(body);
  if (result.kind === 'INVALID') {
    expect(result.problem).not.toBe('');
    // They go into an answer and into a log.
    expect(result.path.length + result.problem.length).toBeLessThan(2_000);
  }
  return result.kind;
};

/** A body is taken or told what is wrong with it; a good part of the cases goes either way. */
const reads = (runs: number, body: JsonObject, read: (body: JsonObject) => Read): void => {
  const kinds = { OK: 0, INVALID: 0 };
  expect(read(body).kind).toBe('OK');
  holds(runs, changedJson([body]), (text) => {
    const kind = check(read, text);
    if (kind !== undefined) kinds[kind] += 1;
  });
  expect(Math.min(kinds.OK, kinds.INVALID)).toBeGreaterThan(runs / 50);
};

describe('a body of a client is taken or told what is wrong with it', () => {
  test.each([
    ['chat completions', CHAT, chatDialect.read],
    ['older completions', LEGACY, legacyDialect.read],
    ['messages', MESSAGES, messagesDialect.read],
    ['counts of tokens', MESSAGES, readTokenCount],
    ['responses', RESPONSES, responsesDialect.read],
  ] as const)('%s', (_, body, read) => reads(400, body, read));

  const asJson =
    (served: { read(sent: OperationBody): Read }) =>
    (body: JsonObject): Read =>
      served.read({ kind: 'JSON', body });

  test.each([
    ['embeddings', OPERATION_BODIES.embeddings, asJson(embeddings)],
    ['images', OPERATION_BODIES.images, asJson(imageGenerations)],
    ['edits', OPERATION_BODIES.edits, asJson(imageEdits)],
    ['speech', OPERATION_BODIES.speech, asJson(speech)],
    ['moderations', OPERATION_BODIES.moderations, asJson(moderations)],
    ['rankings', OPERATION_BODIES.rankings, asJson(rerank)],
    [
      'images through chat',
      { model: 'm', messages: [{ role: 'user', content: 'a fox' }], n: 1 },
      readChatImage,
    ],
  ] as const)('%s', (_, body, read) => reads(200, body, read));

  test.each([
    ['edits', imageEdits],
    ['transcriptions', transcriptions],
    ['translations', translations],
  ] as const)('a form: %s', (_, served) => {
    const name = fc.constantFrom(
      'model',
      'prompt',
      'file',
      'image',
      'image[]',
      'image[0]',
      'mask',
      'n',
      '__proto__',
      'x[',
    );
    const field = fc.oneof(
      fc.record({ name, value: fc.oneof(strangeText(), fc.string({ unit: 'binary' })) }),
      fc.record({
        name,
        fileName: fc.string({ unit: 'binary' }),
        mediaType: fc.oneof(fc.constantFrom('image/png', 'audio/wav', '', ';;'), fc.string()),
        bytes: fc.uint8Array({ maxLength: 5 }),
      }),
    );
    const base: readonly ClientFormField[] = [{ name: 'model', value: 'm' }];
    holds(300, fc.array(field, { maxLength: 6 }), (fields) => {
      expect(['OK', 'INVALID']).toContain(served.read({ kind: 'FORM', fields: [...base, ...fields] }).kind);
    });
  });
});

describe('what was read can be written for every provider', () => {
  test.each([
    ['chat completions', CHAT, chatDialect.read],
    ['messages', MESSAGES, messagesDialect.read],
    ['responses', RESPONSES, responsesDialect.read],
  ] as const)('%s', (_, body, read) => {
    holds(150, changedJson([body], 2), (text) => {
      const sent = parseJson(text);
      if (!isJsonObject(sent)) return;
      const result = read(sent);
      if (result.kind === 'INVALID') return;
      const { messages, ...rest } = result.request;
      // Media that are elsewhere are fetched before anything is written.
      const request = {
        ...rest,
        messages: messages.map((message) =>
          message.role === 'user'
            ? { ...message, parts: message.parts.flatMap((part) => (part.type === 'text' ? [part] : [])) }
            : message,
        ),
      };
      for (const { codec } of CORPORA)
        for (const stream of [false, true])
          expect(parseJson(codec.encode('m', request, stream).call.body)).toBeTypeOf('object');
    });
  });
});
