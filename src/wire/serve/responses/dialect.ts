import type { ClientDialect } from '../client-dialect.ts';
import { KEEP_ALIVE } from '../frame-text.ts';
import { openAiStatusOf, writeOpenAiError } from '../openai-error.ts';
import type { ResponsesOptions } from './options.ts';
import { readResponsesRequest } from './read-request.ts';
import { RESPONSES_SCHEMA } from './schema.ts';
import { createResponsesStreamWriter } from './stream-writer.ts';
import { writeResponsesAnswer } from './write-answer.ts';

/** OpenAI's Responses, as its clients speak them. Nothing is stored. */
export const responsesDialect: ClientDialect<ResponsesOptions> = {
  dialect: 'openai-responses',
  requestSchema: RESPONSES_SCHEMA,
  read: readResponsesRequest,
  streamWriter: createResponsesStreamWriter,
  writeAnswer: ([answer], options) => writeResponsesAnswer(answer, options),
  writeError: writeOpenAiError,
  statusOf: openAiStatusOf,
  keepAlive: KEEP_ALIVE,
};
