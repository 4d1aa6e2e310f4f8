import type { JsonObject } from '../../../domain/json.ts';
import { InputProblem } from './input-problem.ts';

const MAX_TAGS = 16;
const MAX_TAG_NAME = 64;
const MAX_TAG_VALUE = 512;
const MAX_USER = 256;

const readMetadata = (input: JsonObject): { readonly [key: string]: string } => {
  const tags: [string, string][] = [];
  for (const [name, value] of Object.entries(input)) {
    // It would get lost on the way: objects have it without being given it.
    if (name === '__proto__') throw new InputProblem('metadata', 'takes no tag called __proto__.');
    if (typeof value !== 'string')
      throw new InputProblem(`metadata.${name.slice(0, MAX_TAG_NAME)}`, 'takes text.');
    if (name.length > MAX_TAG_NAME || value.length > MAX_TAG_VALUE) {
      throw new InputProblem(
        `metadata.${name.slice(0, MAX_TAG_NAME)}`,
        `takes names of up to ${MAX_TAG_NAME} and values of up to ${MAX_TAG_VALUE} characters.`,
      );
    }
    tags.push([name, value]);
  }
  if (tags.length > MAX_TAGS) throw new InputProblem('metadata', `takes up to ${MAX_TAGS} tags.`);
  return Object.fromEntries(tags);
};

/** What a request says of itself for the ledger. Throws InputProblem. */
export const readTags = ({
  metadata,
  user,
}: {
  readonly metadata?: JsonObject | null | undefined;
  readonly user?: string | null | undefined;
}): { readonly metadata?: { readonly [key: string]: string }; readonly user?: string } => {
  if (user != null && user.length > MAX_USER)
    throw new InputProblem('user', `takes up to ${MAX_USER} characters.`);
  return {
    ...(metadata != null && { metadata: readMetadata(metadata) }),
    ...(user != null && { user }),
  };
};

const MAX_TIMEOUT_MS = 3_600_000;

/** Throws InputProblem where a limit in milliseconds is out of range. */
export const checkTimeout = (path: string, ms: number): void => {
  if (ms < 1 || ms > MAX_TIMEOUT_MS) throw new InputProblem(path, `takes 1 to ${MAX_TIMEOUT_MS}.`);
};
