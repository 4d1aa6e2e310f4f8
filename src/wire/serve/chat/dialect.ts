import type { ClientDialect } from '../client-dialect.ts';
import { createChatChunks } from './chat-chunks.ts';
import { choicesDialect } from './choices-dialect.ts';
import { type ChoicesStream, createChoicesStream } from './choices-stream.ts';
import type { ChatOptions } from './options.ts';
import { readChatRequest } from './read-request.ts';
import { CHAT_REQUEST } from './request-schema.ts';
import { writeChatAnswer } from './write-answer.ts';

/**
 * Several completions as one stream, each a choice of its own: one usage chunk and one mark of the end for all of them.
 * `completions` is how many are pushed, which is 1 where one call of a provider makes all choices.
 */
export const createChatChoices = (options: ChatOptions, completions: number): ChoicesStream =>
  createChoicesStream(
    {
      object: 'chat.completion.chunk',
      includeUsage: options.includeUsage,
      chunks: (frame) => createChatChunks(options, frame),
    },
    completions,
  );

/** POST /v1/chat/completions. */
export const chatDialect: ClientDialect<ChatOptions> = {
  dialect: 'openai',
  requestSchema: CHAT_REQUEST,
  read: readChatRequest,
  writeAnswer: writeChatAnswer,
  ...choicesDialect(createChatChoices),
};
