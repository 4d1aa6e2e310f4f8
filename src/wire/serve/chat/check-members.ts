import type { z } from 'zod';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../domain/json.ts';
import { listAt } from '../../json-reading.ts';
import { checkLength, hold, wrongTag } from '../hold-body.ts';
import { MESSAGE_SHELLS, PARTS, REASONING_DETAIL, TOOL_CALL } from './message-schema.ts';
import { FUNCTION, FUNCTION_TOOL } from './request-schema.ts';

// Member by member, by what each says it is: to try all alternatives on each of many wrong ones would take seconds.

const schemaOf = (
  schemas: { readonly [tag: string]: z.ZodType },
  tag: JsonValue | undefined,
): z.ZodType | undefined =>
  typeof tag === 'string' && Object.hasOwn(schemas, tag) ? schemas[tag] : undefined;

/** A member with a `type`; one of a type that is not known needs no more than that. */
const checkTyped = (
  path: string,
  value: JsonValue,
  schemas: { readonly [type: string]: z.ZodType },
  usual?: string,
): void => {
  const type = isJsonObject(value) ? (value.type ?? usual) : undefined;
  if (typeof type !== 'string' || type === '') throw wrongTag(path, value, 'type', Object.keys(schemas));
  const schema = schemaOf(schemas, type);
  if (schema !== undefined) hold(schema, value, path);
};

const checkMessage = (path: string, message: JsonValue): void => {
  const schema = isJsonObject(message) ? schemaOf(MESSAGE_SHELLS, message.role) : undefined;
  if (schema === undefined || !isJsonObject(message))
    throw wrongTag(path, message, 'role', Object.keys(MESSAGE_SHELLS));
  hold(schema, message, path);
  for (const [index, part] of listAt(message, 'content').entries())
    checkTyped(`${path}.content[${index}]`, part, PARTS);
  if (message.role !== 'assistant') return;
  for (const [index, call] of listAt(message, 'tool_calls').entries())
    checkTyped(`${path}.tool_calls[${index}]`, call, { function: TOOL_CALL }, 'function');
  for (const [index, detail] of listAt(message, 'reasoning_details').entries())
    hold(REASONING_DETAIL, detail, `${path}.reasoning_details[${index}]`);
};

/** Lists whose members are held against the schema of the body itself. */
const SHORT_LISTS = [
  ['stop', 16],
  ['modalities', 10],
] as const;

export const checkShortLists = (body: JsonObject): void => {
  for (const [name, most] of SHORT_LISTS) checkLength(name, body[name], most);
};

/** Throws BodyProblem for the first that is wrong. */
export const checkMessages = (messages: readonly JsonValue[]): void => {
  for (const [index, message] of messages.entries()) checkMessage(`messages[${index}]`, message);
};

/** The same of tools and functions. */
export const checkTools = (body: JsonObject): void => {
  for (const [index, tool] of listAt(body, 'tools').entries())
    checkTyped(`tools[${index}]`, tool, { function: FUNCTION_TOOL });
  for (const [index, each] of listAt(body, 'functions').entries())
    hold(FUNCTION, each, `functions[${index}]`);
};
