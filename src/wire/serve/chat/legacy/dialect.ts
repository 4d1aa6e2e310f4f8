import type { JsonObject } from '../../../../domain/json.ts';
import { given } from '../../../json-writing.ts';
import type { ClientDialect } from '../../client-dialect.ts';
import { unixSeconds } from '../../unix-seconds.ts';
import { choicesDialect } from '../choices-dialect.ts';
import { type ChoicesStream, createChoicesStream } from '../choices-stream.ts';
import { writeFinishReason } from '../finish-reason.ts';
import { writeFacts, writeTier, writeUsage } from '../usage.ts';
import { type Answers, recordsOf } from '../write-answer.ts';
import { echoOf, type LegacyOptions } from './options.ts';
import { readLegacyRequest } from './read-request.ts';
import { LEGACY_REQUEST } from './request-schema.ts';
import { createTextChunks } from './text-chunks.ts';
import { writeTextLogprobs } from './text-logprobs.ts';

/** Several completions as one stream, each a choice of its own. */
export const createLegacyChoices = (options: LegacyOptions, completions: number): ChoicesStream =>
  createChoicesStream(
    {
      object: 'text_completion',
      includeUsage: options.includeUsage,
      chunks: (frame) => createTextChunks(options, frame),
    },
    completions,
  );

const writeLegacyAnswer = (answers: Answers, options: LegacyOptions): JsonObject => {
  const [{ record }] = answers;
  const records = recordsOf(answers);
  return {
    id: record.id,
    object: 'text_completion',
    created: unixSeconds(record.createdAt),
    model: record.offeringId ?? record.route.requested,
    choices: answers.map(({ content, record: own }, index) => {
      const echo = echoOf(options, index);
      return {
        text: echo + content.text + content.refusal,
        index,
        logprobs: content.logprobs.length === 0 ? null : writeTextLogprobs(content.logprobs, echo.length),
        finish_reason: writeFinishReason(own, true, false),
      };
    }),
    ...given('usage', writeUsage(records)),
    ...writeTier(record),
    modelgraph: writeFacts(records),
  };
};

/** POST /v1/completions. No provider is asked in it: models of today are asked as for a chat. */
export const legacyDialect: ClientDialect<LegacyOptions> = {
  requestSchema: LEGACY_REQUEST,
  read: readLegacyRequest,
  writeAnswer: writeLegacyAnswer,
  ...choicesDialect(createLegacyChoices),
};
