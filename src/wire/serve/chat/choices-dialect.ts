import type { ClientDialect } from '../client-dialect.ts';
import { KEEP_ALIVE } from '../frame-text.ts';
import { openAiStatusOf, writeOpenAiError } from '../openai-error.ts';
import type { ChoicesStream } from './choices-stream.ts';

/** What the formats have in common whose answers are choices. */
export const choicesDialect = <Options>(
  createChoices: (options: Options, completions: number) => ChoicesStream,
): Pick<ClientDialect<Options>, 'streamWriter' | 'writeError' | 'statusOf' | 'keepAlive'> => ({
  streamWriter(options) {
    const choices = createChoices(options, 1);
    return { push: (event) => choices.push(0, event), fail: choices.fail };
  },
  writeError: writeOpenAiError,
  statusOf: openAiStatusOf,
  keepAlive: KEEP_ALIVE,
});
