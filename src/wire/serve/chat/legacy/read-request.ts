import type { CompletionRequest } from '../../../../domain/completion-request.ts';
import type { JsonObject, JsonValue } from '../../../../domain/json.ts';
import { objectAt } from '../../../json-reading.ts';
import type { ReadCompletion } from '../../client-dialect.ts';
import { hold } from '../../hold-body.ts';
import { BodyProblem, readingBody } from '../../invalid-body.ts';
import { taken } from '../../taken.ts';
import { UnreadFields } from '../../unread-fields.ts';
import { checkShortLists } from '../check-members.ts';
import { readSampling } from '../read-parameters.ts';
import type { LegacyOptions } from './options.ts';
import { LEGACY_REQUEST } from './request-schema.ts';

const KNOWN: ReadonlySet<string> = new Set([...Object.keys(LEGACY_REQUEST.shape)]);
const STREAM_FIELDS = new Set(['include_usage', 'include_obfuscation']);

type Prompt = string | readonly JsonValue[];

/** Each is asked of a provider at once with all others. */
const MOST_ANSWERS = 128;

const readPrompts = (prompt: Prompt, answersEach: number): readonly [string, ...string[]] => {
  const given = typeof prompt === 'string' ? [prompt] : prompt;
  const [first, ...rest] = given.filter((each) => typeof each === 'string');
  if (first === undefined || rest.length + 1 < given.length) {
    throw new BodyProblem(
      'prompt',
      'holds tokens; each model has its own, so that only text is taken here. Send the text that they stand for.',
    );
  }
  if (given.length * answersEach > MOST_ANSWERS) {
    throw new BodyProblem(
      'prompt',
      `holds ${given.length} prompts with ${answersEach} answers each; at most ${MOST_ANSWERS} answers are given to one request.`,
    );
  }
  return [first, ...rest];
};

/** A client's completion in our words: the prompt is what a user says. Never throws. */
export const readLegacyRequest = (body: JsonObject): ReadCompletion<LegacyOptions> =>
  readingBody((): ReadCompletion<LegacyOptions> => {
    checkShortLists(body);
    const asked = hold(LEGACY_REQUEST, body);
    const unread = new UnreadFields();
    const choices = asked.n ?? 1;
    const [prompt, ...others] = readPrompts(asked.prompt, choices);
    unread.addUnknown('', body, KNOWN);
    unread.addUnknown('stream_options', objectAt(body, 'stream_options') ?? {}, STREAM_FIELDS);
    if ((asked.suffix ?? '') !== '') unread.add('suffix', true);
    if ((asked.best_of ?? choices) !== choices) unread.add('best_of');
    const top = asked.logprobs ?? undefined;
    const settings = {
      tools: [],
      ...readSampling(asked, asked.user, unread),
      ...taken({ maxOutputTokens: asked.max_tokens }),
      ...(top !== undefined && { logprobs: { top } }),
    };
    const requestOf = (text: string): CompletionRequest => ({
      ...settings,
      messages: [{ role: 'user', parts: [{ type: 'text', text }] }],
    });
    return {
      kind: 'OK',
      model: asked.model,
      request: requestOf(prompt),
      ...(others.length > 0 && { more: others.map(requestOf) }),
      stream: asked.stream ?? false,
      choices,
      unread: unread.list(),
      options: {
        includeUsage: asked.stream_options?.include_usage ?? false,
        echo: asked.echo === true ? [prompt, ...others] : [],
        answersEach: choices,
      },
    };
  });
