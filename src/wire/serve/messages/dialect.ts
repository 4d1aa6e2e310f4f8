import type { ClientDialect } from '../client-dialect.ts';
import { writeMessage } from './answer-writer.ts';
import { errorBody, statusOfError } from './errors.ts';
import { type MessagesOptions, readMessagesRequest } from './read-request.ts';
import { messagesSchema } from './schema.ts';
import { createMessagesStreamWriter } from './stream-writer.ts';

/** Anthropic's Messages, as its clients speak it. */
export const messagesDialect: ClientDialect<MessagesOptions> = {
  dialect: 'anthropic',
  requestSchema: messagesSchema,
  read: readMessagesRequest,
  streamWriter: createMessagesStreamWriter,
  writeAnswer: ([answer], options) => writeMessage(answer, options),
  writeError: errorBody,
  statusOf: statusOfError,
  keepAlive: 'event: ping\ndata: {"type": "ping"}\n\n',
};
