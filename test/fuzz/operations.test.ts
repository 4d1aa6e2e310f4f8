import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FAILURE_CODES } from '../../src/domain/failure.ts';
import { parseJson } from '../../src/domain/json.ts';
import type { OperationKind } from '../../src/domain/operation.ts';
import { IMAGES } from '../fixtures/upstream/image-operations.ts';
import {
  type DialectOperation,
  EMBEDDINGS,
  MODERATIONS,
  RERANKS,
  SPEECHES,
  TOKEN_COUNTS,
  TRANSCRIPTIONS,
} from '../fixtures/upstream/operations.ts';
import type { Script } from '../support/upstream.ts';
import { holds } from './fuzz.ts';
import { changedJson, damaged, edits } from './strange-json.ts';

const bytesOf = ({ body }: Script): Uint8Array =>
  typeof body === 'string' ? Buffer.from(body) : body instanceof Uint8Array ? body : Buffer.alloc(0);

/** What an operation's answer must be, whatever came: a failure of the known ones, or a result that the graph can show. */
const check = <Kind extends OperationKind>(
  { codec, request, providerModelId }: DialectOperation<Kind>,
  headers: { readonly [name: string]: string },
  body: Uint8Array,
): void => {
  const answer = codec.decode({ headers, body }, request, providerModelId);
  if (answer.kind === 'FAILED') {
    expect(FAILURE_CODES).toContain(answer.failure.code);
    return;
  }
  for (const [name, count] of Object.entries(answer.usage ?? {}))
    if (typeof count === 'number')
      expect(Number.isFinite(count) && count >= 0, `${name} ${count}`).toBe(true);
  const look = (value: unknown): void => {
    if (typeof value === 'number') expect(Number.isFinite(value), String(value)).toBe(true);
    if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array))
      for (const each of Object.values(value)) look(each);
  };
  look(answer.result);
};

const suite = <Kind extends OperationKind>(kind: string, cases: readonly DialectOperation<Kind>[]): void => {
  describe(kind, () => {
    test.each(cases.map((each) => [each.name, each] as const))('%s', (_, operation) => {
      const { headers = {} } = operation.answer;
      const bytes = bytesOf(operation.answer);
      const json = parseJson(Buffer.from(bytes).toString());
      const broken = edits(2).map((changes) => damaged(bytes, changes));
      const bodies =
        json === undefined
          ? broken
          : fc.oneof(
              changedJson([json]).map((text) => Buffer.from(text)),
              broken,
            );
      const types = fc.constantFrom(headers['content-type'] ?? '', '', 'text/html', 'application/json; x=é');
      holds(120, fc.tuple(bodies, types), ([body, type]) =>
        check(operation, { ...headers, 'content-type': type }, body),
      );
    });
  });
};

describe('an answer is a result or a failure, however it is changed', () => {
  suite('embeddings', EMBEDDINGS);
  suite('speech', SPEECHES);
  suite('transcriptions', TRANSCRIPTIONS);
  suite('rankings', RERANKS);
  suite('moderations', MODERATIONS);
  suite('counts of tokens', TOKEN_COUNTS);
  suite('images', IMAGES);
});
