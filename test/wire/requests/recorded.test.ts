import { describe, expect, test } from 'vitest';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/domain/json.ts';
import { createAnthropicCodec } from '../../../src/wire/anthropic/codec.ts';
import type { UpstreamCodec } from '../../../src/wire/codec.ts';
import { createGeminiCodec } from '../../../src/wire/gemini/codec.ts';
import { createOpenAiCodec } from '../../../src/wire/openai/codec.ts';
import type { OpenAiQuirks } from '../../../src/wire/openai/quirks.ts';
import { createOpenAiResponsesCodec } from '../../../src/wire/openai-responses/codec.ts';
import { hasRecordings, titleWithRecordings } from '../../support/recordings.ts';
import { readRequest } from './read-request.ts';
import { type RecordedRequest, readRequests, type Surface } from './recorded-requests.ts';

/** What is known of these providers. */
const QUIRKS: { readonly [provider: string]: OpenAiQuirks } = {
  deepseek: { reasoningHistory: 'reasoning_content' },
  openrouter: { promptCaching: 'markers' },
};

const codecFor = ({ surface, provider }: RecordedRequest): UpstreamCodec => {
  switch (surface) {
    case 'chat':
      return createOpenAiCodec(QUIRKS[provider] ?? {});
    case 'messages':
      return createAnthropicCodec();
    case 'generateContent':
      return createGeminiCodec(provider === 'vertex' ? 'vertex' : 'gemini-api');
    case 'responses':
      return createOpenAiResponsesCodec();
  }
};

const without = (body: JsonObject, key: string): JsonObject => {
  const { [key]: _, ...rest } = body;
  return rest;
};

type Harmless = {
  readonly reason: string;
  readonly surfaces: readonly Surface[];
  readonly strip: (body: JsonObject) => JsonObject;
};

const dropIf = (key: string, isDefault: (value: JsonValue | undefined) => boolean) => (body: JsonObject) =>
  isDefault(body[key]) ? without(body, key) : body;

const mapMembers = (value: JsonValue, map: (object: JsonObject) => JsonObject): JsonValue => {
  if (Array.isArray(value)) return value.map((one) => mapMembers(one, map));
  if (!isJsonObject(value)) return value;
  return map(Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mapMembers(one, map)])));
};

const deeply = (map: (object: JsonObject) => JsonObject) => (body: JsonObject) => {
  const mapped = mapMembers(body, map);
  return isJsonObject(mapped) ? mapped : body;
};

const ALL: readonly Surface[] = ['chat', 'messages', 'generateContent', 'responses'];

/** Differences that mean nothing to the provider. They are taken out of both bodies. */
const HARMLESS: readonly Harmless[] = [
  {
    reason: 'null is the same as nothing',
    surfaces: ALL,
    strip: deeply((object) =>
      Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null)),
    ),
  },
  {
    reason: 'text of white space alone says nothing, and is refused by now',
    surfaces: ['messages'],
    strip: deeply((object) =>
      Array.isArray(object.content)
        ? {
            ...object,
            content: object.content.filter(
              (block: JsonValue) =>
                !isJsonObject(block) || block.type !== 'text' || String(block.text).trim() !== '',
            ),
          }
        : object,
    ),
  },
  {
    reason: 'an answer is not streamed unless asked for',
    surfaces: ALL,
    strip: dropIf('stream', (value) => value === false),
  },
  {
    reason: 'usage at the end of a stream costs nothing and is always asked for by us',
    surfaces: ['chat'],
    strip: dropIf('stream_options', () => true),
  },
  {
    reason: 'one answer is the default',
    surfaces: ['chat'],
    strip: dropIf('n', (value) => value === 1),
  },
  {
    reason: 'tools that are offered may be called or not, by default',
    surfaces: ['chat', 'messages', 'responses'],
    strip: dropIf(
      'tool_choice',
      (value) => value === 'auto' || (isJsonObject(value) && value.type === 'auto'),
    ),
  },
  {
    reason: 'no tools are the same as none',
    surfaces: ALL,
    strip: dropIf('tools', (value) => Array.isArray(value) && value.length === 0),
  },
  {
    reason: 'text is the default format and modality, and no setting is no settings',
    surfaces: ['generateContent'],
    strip: (body) => {
      const { generationConfig } = body;
      if (!isJsonObject(generationConfig)) return body;
      const config = without(generationConfig, 'responseModalities');
      return Object.keys(config).length > 0
        ? { ...body, generationConfig: config }
        : without(body, 'generationConfig');
    },
  },
  {
    reason: 'protocol buffers read one as a list of one, and names in both spellings',
    surfaces: ['generateContent'],
    strip: ({ tools, ...body }) => {
      if (tools === undefined) return body;
      const list = (Array.isArray(tools) ? tools : [tools]).filter(isJsonObject);
      return {
        ...body,
        tools: list.map(({ function_declarations, ...tool }) => ({
          ...tool,
          ...(function_declarations === undefined ? {} : { functionDeclarations: function_declarations }),
        })),
      };
    },
  },
  {
    reason: 'a schema as JSON Schema or as the older subset of OpenAPI: it is the same schema',
    surfaces: ['generateContent'],
    strip: deeply(({ parameters, ...object }) =>
      parameters === undefined ? object : { ...object, parametersJsonSchema: parameters },
    ),
  },
  {
    reason: 'an answer is not kept by the provider where we ask for it; clients here did not say',
    surfaces: ['responses'],
    strip: dropIf('store', (value) => value === false),
  },
  {
    reason: 'instructions are a system message at the front, and empty ones are none',
    surfaces: ['responses'],
    strip: ({ instructions, ...body }) =>
      typeof instructions === 'string' && instructions !== '' && Array.isArray(body.input)
        ? { ...body, input: [{ role: 'system', content: instructions }, ...body.input] }
        : body,
  },
  {
    reason: 'five minutes is how long a cache mark lasts by default',
    surfaces: ['chat'],
    strip: deeply((object) =>
      object.type === 'ephemeral' && object.ttl === '5m' ? without(object, 'ttl') : object,
    ),
  },
];

const stripped = (surface: Surface, body: JsonObject): JsonObject =>
  HARMLESS.filter(({ surfaces }) => surfaces.includes(surface)).reduce(
    (rest, { strip }) => strip(rest),
    body,
  );

/** Differences that remain, each with its place and what both have there. */
const differences = (
  theirs: JsonValue | undefined,
  ours: JsonValue | undefined,
  at = '',
): readonly string[] => {
  if (Array.isArray(theirs) && Array.isArray(ours)) {
    const length = Math.max(theirs.length, ours.length);
    return Array.from({ length }, (_, index) =>
      differences(theirs[index], ours[index], `${at}[${index}]`),
    ).flat();
  }
  if (isJsonObject(theirs) && isJsonObject(ours)) {
    const keys = new Set([...Object.keys(theirs), ...Object.keys(ours)]);
    return [...keys]
      .sort()
      .flatMap((key) => differences(theirs[key], ours[key], at === '' ? key : `${at}.${key}`));
  }
  const [left, right] = [JSON.stringify(theirs), JSON.stringify(ours)];
  return left === right ? [] : [`${at}: ${left ?? 'nothing'} is ${right ?? 'nothing'} here`];
};

/** Differences that were looked at: where, and why ours is what it is. */
const EXPECTED: { readonly [name: string]: { readonly [place: string]: string } } = {
  'wire-samples/deepseek/deepseek-chat-7c9945d9.json': {
    'messages[5].reasoning_content: "" is nothing here':
      'reasoning that is empty is none, and not passed back',
  },
  'wire-samples/ollama/ollama-chat-a9562893.json': {
    'messages[1].reasoning':
      'reasoning of earlier turns is passed back where a provider wants it, and Ollama does not',
  },
  'wire-samples/openai/openai-chat-cddb644e.json': {
    web_search_options:
      "a tool of the provider's own, which we have no word for; the recorded answer refuses it",
  },
  'wire-samples/openai/openai-responses-85140e77.json': {
    'include: nothing is ["reasoning.encrypted_content"] here':
      'nothing is kept by the provider, so reasoning has to come back with the next turn',
    'text.verbosity: "low" is nothing here': 'we have no word for it',
  },
  'wire-samples/openrouter/openrouter-responses-d6a8b0b2.json': {
    'include: nothing is ["reasoning.encrypted_content"] here': 'as above: gpt-oss reasons',
  },
  'wire-samples/zhipu/zhipu-chat-f782f489.json': {
    'thinking: {"clear_thinking":false,"type":"enabled"} is nothing here':
      "Zhipu's own switch; thinking is on by default for this model",
  },
  'llm-anthropic/llma-test_fixed_version_tool_chain_with_thinking_display_regression-0.json': {
    'thinking.display: "summarized" is nothing here': 'the default of models that take a budget',
  },
  'llm-anthropic/llma-test_fixed_version_tool_chain_with_thinking_display_regression-1.json': {
    'thinking.display: "summarized" is nothing here': 'the default of models that take a budget',
  },
  'llm-anthropic/llma-test_opus_46_adaptive_thinking-0.json': {
    'output_config: nothing is {"effort":"high"} here':
      'our word for thinking is an effort; high is the default',
    'thinking.display: nothing is "summarized" here':
      'later models leave the text of reasoning out unless asked for it; here it is the default',
  },
  'llm-anthropic/llma-test_sonnet_46_effort_without_thinking-0.json': {
    'thinking: nothing is {"type":"adaptive","display":"summarized"} here':
      'an effort is one of reasoning here; less effort without any reasoning has no word of ours',
  },
  'llm-anthropic/llma-test_web_search-0.json': {
    'tools: [{"type":"web_search_20250305","name":"web_search"}] is nothing here':
      "a tool of the provider's own, which we have no word for",
  },
};

/** A long difference is told by its place alone. */
const placeOf = (difference: string, name: string): string => {
  const places = Object.keys(EXPECTED[name] ?? {});
  return places.find((place) => difference.startsWith(`${place}:`)) ?? difference;
};

const { requests, excluded } = readRequests();

describe.skipIf(!hasRecordings)(titleWithRecordings('recorded requests'), () => {
  test('there are many of every surface, and what is left out has a reason', () => {
    const count = (surface: Surface): number => requests.filter((one) => one.surface === surface).length;
    expect(count('chat')).toBeGreaterThanOrEqual(20);
    expect(count('messages')).toBeGreaterThanOrEqual(25);
    expect(count('generateContent')).toBeGreaterThanOrEqual(5);
    expect(count('responses')).toBeGreaterThanOrEqual(8);
    expect([...excluded].filter(([, reason]) => reason === '')).toEqual([]);
    expect(Object.keys(EXPECTED).filter((name) => !requests.some((one) => one.name === name))).toEqual([]);
  });

  test.each(requests.map((one) => [one.name, one] as const))('%s', (name, recorded) => {
    const { model, stream, request } = readRequest(recorded);
    const codec = codecFor(recorded);
    const { call } = codec.encode(model, request, stream);
    const [path, query = ''] = call.path.split('?');
    expect(recorded.path.endsWith(path ?? '?'), `${recorded.path} ends in ${path}`).toBe(true);
    expect(query).toBe(recorded.query === 'beta=true' ? '' : recorded.query);

    const ours = JSON.parse(call.body) as JsonObject;
    const found = differences(stripped(recorded.surface, recorded.body), stripped(recorded.surface, ours));
    expect(found.map((one) => placeOf(one, name))).toEqual(Object.keys(EXPECTED[name] ?? {}));
  });
});
