import type { UnreadField } from '../../../domain/client-request.ts';
import type { JsonObject } from '../../../domain/json.ts';
import type { OperationInputs, TokenCountResult } from '../../../domain/operation.ts';
import type { InvalidBody } from '../client-dialect.ts';
import { invalid } from '../invalid-body.ts';
import type { ServedOperation } from '../served-operation.ts';
import { readPrompt } from './read-request.ts';
import { tokenCountSchema } from './schema.ts';

export type ReadTokenCount =
  | {
      readonly kind: 'OK';
      readonly model: string;
      readonly input: OperationInputs['TOKEN_COUNT'];
      readonly unread: readonly UnreadField[];
    }
  | InvalidBody;

/** A body of `/v1/messages/count_tokens`. Never throws. */
export const readTokenCount = (body: JsonObject): ReadTokenCount => {
  const read = readPrompt(body, tokenCountSchema);
  if (read.kind === 'INVALID') return read;
  return { kind: 'OK', model: read.model, input: read.request, unread: read.unread };
};

export const writeTokenCount = ({ inputTokens, method }: TokenCountResult): JsonObject => ({
  input_tokens: inputTokens,
  modelgraph: { method },
});

/** `POST /v1/messages/count_tokens` */
export const tokenCounts: ServedOperation<'TOKEN_COUNT', undefined> = {
  operation: 'TOKEN_COUNT',
  takes: ['JSON'],
  requestSchema: tokenCountSchema,
  read(sent) {
    if (sent.kind === 'FORM') return invalid('', 'is a form; takes JSON.');
    const read = readTokenCount(sent.body);
    if (read.kind === 'INVALID') return read;
    return { ...read, unread: read.unread.map(({ name }) => name), options: undefined };
  },
  write: ({ result }) => ({ kind: 'JSON', body: writeTokenCount(result) }),
};
