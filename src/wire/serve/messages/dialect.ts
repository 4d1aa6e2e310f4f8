import type { ClientDialect } from '../client-dialect.ts';
import { messagesStatusOf, writeMessagesError } from './errors.ts';
import { type MessagesOptions, readMessagesRequest } from './read-request.ts';
import { messagesSchema } from './schema.ts';
import { createMessagesStreamWriter } from './stream-writer.ts';
import { writeMessagesAnswer } from './write-answer.ts';

/** Anthropic's Messages, as its clients speak it. */
export const messagesDialect: ClientDialect<MessagesOptions> = {
  dialect: 'anthropic',
  requestSchema: messagesSchema,
  read: readMessagesRequest,
  streamWriter: createMessagesStreamWriter,
  writeAnswer: ([answer], options) => writeMessagesAnswer(answer, options),
  writeError: writeMessagesError,
  statusOf: messagesStatusOf,
  keepAlive: 'event: ping\ndata: {"type": "ping"}\n\n',
};
