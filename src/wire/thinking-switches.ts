import { isJsonObject, type JsonObject, type JsonValue } from '../domain/json.ts';

const holdsOnly = (value: JsonValue | undefined, name: string): value is JsonObject =>
  isJsonObject(value) && Object.keys(value).every((each) => each === name);

const NONE: readonly never[] = [];

/** Fields by which a body says in the words of one server or another that there shall be no thinking. */
export const switchesOff = (body: JsonObject): readonly string[] => {
  const { thinking, enable_thinking: switched, chat_template_kwargs: template } = body;
  if (thinking === undefined && switched === undefined && template === undefined) return NONE;
  return [
    ...(holdsOnly(thinking, 'type') && thinking.type === 'disabled' ? ['thinking'] : []),
    ...(switched === false ? ['enable_thinking'] : []),
    ...(holdsOnly(template, 'enable_thinking') && template.enable_thinking === false
      ? ['chat_template_kwargs']
      : []),
  ];
};
