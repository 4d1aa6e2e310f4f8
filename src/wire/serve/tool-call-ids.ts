import { parseJson } from '../../domain/json.ts';

/** Clients and Anthropic take no other letters in a tool call's id. */
const TAKEN = /^[a-zA-Z0-9_-]{1,200}$/;
/** Ids of servers that begin anew with each answer; clients tell calls of a whole conversation apart by them. */
const NUMBERED = /^call_\d+$/;
const MARK = 'mgid_';

/** A tool call's id as a client gets it: the provider's own where it will do. `answer` is what no other answer has. */
export const clientToolCallId = (id: string, answer: string): string =>
  TAKEN.test(id) && !NUMBERED.test(id) && !id.startsWith(MARK)
    ? id
    : MARK + Buffer.from(JSON.stringify([id, answer.slice(-12)])).toString('base64url');

/** The provider's own id again. */
export const providerToolCallId = (id: string): string => {
  if (!id.startsWith(MARK)) return id;
  const held = parseJson(Buffer.from(id.slice(MARK.length), 'base64url').toString());
  const own: unknown = Array.isArray(held) ? held[0] : undefined;
  return typeof own === 'string' && own !== '' ? own : id;
};
