import type { JsonObject, JsonValue } from '../../../../domain/json.ts';
import { objectAt } from '../../../json-reading.ts';
import type { ReadCompletion } from '../../client-dialect.ts';
import { checkShortLists } from '../check-members.ts';
import { BodyProblem, hold, readingBody } from '../invalid-body.ts';
import { given, readSampling } from '../read-parameters.ts';
import { UnreadFields } from '../unread-fields.ts';
import type { LegacyOptions } from './options.ts';
import { LEGACY_REQUEST } from './request-schema.ts';

const KNOWN: ReadonlySet<string> = new Set([...Object.keys(LEGACY_REQUEST.shape)]);
const STREAM_FIELDS = new Set(['include_usage', 'include_obfuscation']);

type Prompt = string | readonly JsonValue[];

const readPrompt = (prompt: Prompt): string => {
  if (typeof prompt === 'string') return prompt;
  const [only] = prompt;
  if (prompt.some((each) => typeof each !== 'string')) {
    throw new BodyProblem(
      'prompt',
      'holds tokens; each model has its own, so that only text is taken here. Send the text that they stand for.',
    );
  }
  if (prompt.length > 1) {
    throw new BodyProblem(
      'prompt',
      `holds ${prompt.length} prompts; one is taken here. Send a request for each of them.`,
    );
  }
  return typeof only === 'string' ? only : '';
};

/** A client's completion in our words: the prompt is what a user says. Never throws. */
export const readLegacyRequest = (body: JsonObject): ReadCompletion<LegacyOptions> =>
  readingBody((): ReadCompletion<LegacyOptions> => {
    checkShortLists(body);
    const asked = hold(LEGACY_REQUEST, body);
    const unread = new UnreadFields();
    const prompt = readPrompt(asked.prompt);
    const choices = asked.n ?? 1;
    unread.addUnknown('', body, KNOWN);
    unread.addUnknown('stream_options', objectAt(body, 'stream_options') ?? {}, STREAM_FIELDS);
    if ((asked.suffix ?? '') !== '') unread.add('suffix', true);
    if ((asked.best_of ?? choices) !== choices) unread.add('best_of');
    const top = asked.logprobs ?? undefined;
    return {
      kind: 'OK',
      model: asked.model,
      request: {
        messages: [{ role: 'user', parts: [{ type: 'text', text: prompt }] }],
        tools: [],
        ...readSampling(asked, asked.user, unread),
        ...given({ maxOutputTokens: asked.max_tokens }),
        ...(top !== undefined && { logprobs: { top } }),
      },
      stream: asked.stream ?? false,
      choices,
      unread: unread.list(),
      options: {
        includeUsage: asked.stream_options?.include_usage ?? false,
        echo: asked.echo === true ? prompt : '',
      },
    };
  });
