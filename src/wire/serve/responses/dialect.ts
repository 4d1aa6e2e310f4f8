import type { ClientDialect } from '../client-dialect.ts';
import { STATUS_OF } from '../client-error.ts';
import { KEEP_ALIVE } from '../frame-text.ts';
import { errorBody } from './errors.ts';
import type { ResponsesOptions } from './options.ts';
import { readResponses } from './read-request.ts';
import { RESPONSES_SCHEMA } from './schema.ts';
import { createResponsesStreamWriter } from './stream-writer.ts';
import { writeResponse } from './write-answer.ts';

/** OpenAI's Responses, as its clients speak them. Nothing is stored. */
export const responsesDialect: ClientDialect<ResponsesOptions> = {
  dialect: 'openai-responses',
  requestSchema: RESPONSES_SCHEMA,
  read: readResponses,
  streamWriter: createResponsesStreamWriter,
  writeAnswer: ([answer], options) => writeResponse(answer, options),
  writeError: errorBody,
  statusOf: ({ kind }) => STATUS_OF[kind],
  keepAlive: KEEP_ALIVE,
};
