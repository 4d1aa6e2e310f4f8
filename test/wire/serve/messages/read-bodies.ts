import type { JsonObject } from '../../../../src/domain/json.ts';
import { messagesDialect } from '../../../../src/wire/serve/messages/dialect.ts';

export const ASK = { model: 'm', max_tokens: 10, messages: [{ role: 'user', content: 'Hello' }] };
export const TOOL = { name: 't', description: 'd', input_schema: { type: 'object' } };

/** What is read of a valid body that has these fields, too. */
export const read = (fields: JsonObject) => {
  const result = messagesDialect.read({ ...ASK, ...fields });
  if (result.kind === 'INVALID') throw new Error(`${result.path}: ${result.problem}`);
  return result;
};
