import { eventStream, jsonAnswer, type Script, sseFrame } from '../../support/upstream.ts';
import {
  type Asked,
  type Counts,
  type Effort,
  type Fault,
  type Json,
  RETRY_AFTER_SECONDS,
  type Said,
  type Upstream,
} from './meaning.ts';

/** Status, type, code and message of each fault, in the words of OpenAI's two dialects. */
const FAULTS: { readonly [Each in Fault]: readonly [number, string, string | null, string] } = {
  RATE_LIMIT: [429, 'rate_limit_error', 'rate_limit_exceeded', 'Rate limit reached for requests'],
  QUOTA: [429, 'insufficient_quota', 'insufficient_quota', 'You exceeded your current quota.'],
  CONTEXT: [
    400,
    'invalid_request_error',
    'context_length_exceeded',
    "This model's maximum context length is 128000 tokens.",
  ],
  KEY: [401, 'invalid_request_error', 'invalid_api_key', 'Incorrect API key provided.'],
  OVERLOAD: [503, 'server_error', 'overloaded', 'The engine is currently overloaded.'],
  FILTER: [400, 'invalid_request_error', 'content_policy_violation', 'Rejected by our safety system.'],
  BAD_REQUEST: [400, 'invalid_request_error', null, "Invalid value for 'messages'."],
  NO_MODEL: [404, 'invalid_request_error', 'model_not_found', 'The model does not exist.'],
  BROKEN: [500, 'server_error', 'server_error', 'The server had an error.'],
};

const errorIn = (fault: Fault) => {
  const [, type, code, message] = FAULTS[fault];
  return { message, type, code, param: null };
};

const refuses = (fault: Fault): Script =>
  jsonAnswer(
    { error: errorIn(fault) },
    {
      status: FAULTS[fault][0],
      headers: fault === 'RATE_LIMIT' ? { 'retry-after': String(RETRY_AFTER_SECONDS) } : {},
    },
  );

const chatUsage = ({ input, cached, written, output, reasoning }: Counts) => ({
  prompt_tokens: input,
  completion_tokens: output,
  total_tokens: input + output,
  prompt_tokens_details: { cached_tokens: cached, cache_write_tokens: written },
  completion_tokens_details: { reasoning_tokens: reasoning },
});

const chatCall = ({ id, name, arguments: args }: NonNullable<Said['calls']>[number]) => ({
  ...(id !== undefined && { id }),
  type: 'function',
  function: { name, arguments: args },
});

const imagesIn = (parts: Json): readonly string[] =>
  Array.isArray(parts)
    ? parts.flatMap((part) => {
        const url = part.image_url?.url ?? part.image_url;
        return typeof url === 'string' ? [url.replace(/^data:image\/png;base64,/, '')] : [];
      })
    : [];
const textIn = (content: Json): string =>
  typeof content === 'string' ? content : (content ?? []).map(({ text }: Json) => text ?? '').join('');

/** Images after labels, e.g. `Output of the tool call c1:`, by the id that the label names. */
export const labelledImages = (
  parts: readonly Json[],
  imageOf: (part: Json) => string | undefined,
): ReadonlyMap<string, readonly string[]> => {
  const found = new Map<string, string[]>();
  let id = '';
  for (const part of parts) {
    id = /^Output of the tool call (.+):$/.exec(part.text ?? '')?.[1] ?? id;
    const image = imageOf(part);
    if (image !== undefined) found.set(id, [...(found.get(id) ?? []), image]);
  }
  return found;
};

const effortOf = (word: Json): Effort | undefined =>
  word === undefined ? undefined : word === 'none' ? 'OFF' : 'HIGH';

const askedOfChat = ({ messages, reasoning_effort }: Json): Asked => {
  const labelled = labelledImages(
    messages.flatMap(({ role, content }: Json) => (role === 'user' && Array.isArray(content) ? content : [])),
    (part) => imagesIn([part])[0],
  );
  const said = messages.filter(({ role }: Json) => role === 'assistant');
  return {
    calls: said.flatMap(({ tool_calls = [] }: Json) => tool_calls.map(({ id }: Json) => id)),
    results: messages
      .filter(({ role }: Json) => role === 'tool')
      .map(({ tool_call_id: id, content }: Json) => ({
        id,
        text: textIn(content),
        images: [...imagesIn(content), ...(labelled.get(id) ?? [])],
      })),
    reasoning: said.flatMap(({ reasoning_content }: Json) => reasoning_content ?? []),
    signatures: [],
    effort: effortOf(reasoning_effort),
  };
};

const chunk = (delta: object, finish_reason: string | null = null): string =>
  sseFrame({
    id: 'c',
    object: 'chat.completion.chunk',
    model: 'k',
    choices: [{ index: 0, delta, finish_reason }],
  });

export const CHAT: Upstream = {
  name: 'chat',
  passedOnBy: 'chat',
  offering: 'relay/k',
  words: {
    STOP: 'stop',
    LENGTH: 'length',
    TOOLS: 'tool_calls',
    FILTERED: 'content_filter',
    NOVEL: 'a_word_of_2027',
  },
  tells: (counts) => counts,
  has: {
    ids: true,
    callsAsText: true,
    signatures: false,
    refusals: true,
    lateUsage: true,
    images: true,
    history: false,
  },
  idsTaken: /^[\s\S]{1,40}$/,
  areIdsUnique: false,
  whole: ({ reasoning, text, refusal, calls, end, usage }) =>
    jsonAnswer({
      id: 'c',
      object: 'chat.completion',
      model: 'k',
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: text ?? null,
            ...(refusal !== undefined && { refusal }),
            ...(reasoning !== undefined && { reasoning_content: reasoning.text }),
            ...(calls !== undefined && { tool_calls: calls.map(chatCall) }),
          },
          finish_reason: CHAT.words[end],
        },
      ],
      ...(usage !== undefined && { usage: chatUsage(usage) }),
    }),
  frames({ reasoning, text, refusal, calls = [], end, usage, isUsageLate = false }) {
    const counted =
      usage === undefined
        ? []
        : [sseFrame({ id: 'c', object: 'chat.completion.chunk', choices: [], usage: chatUsage(usage) })];
    const done = sseFrame('[DONE]');
    return {
      content: [
        chunk({ role: 'assistant', content: '' }),
        ...(reasoning === undefined ? [] : [chunk({ reasoning_content: reasoning.text })]),
        ...(text === undefined ? [] : [...text].map((content) => chunk({ content }))),
        ...(refusal === undefined ? [] : [chunk({ refusal })]),
        ...calls.flatMap((call, index) => {
          const { function: called, ...rest } = chatCall(call);
          return [
            chunk({ tool_calls: [{ index, ...rest, function: { name: called.name, arguments: '' } }] }),
            ...[...called.arguments].map((piece) =>
              chunk({ tool_calls: [{ index, function: { arguments: piece } }] }),
            ),
          ];
        }),
      ],
      ending: [chunk({}, CHAT.words[end]), ...(isUsageLate ? [done, ...counted] : [...counted, done])],
    };
  },
  stream: (frames) => eventStream(frames),
  refuses,
  fails: (fault) => ({
    whole: jsonAnswer({ error: errorIn(fault) }),
    frame: sseFrame({ error: errorIn(fault) }),
  }),
  asked: askedOfChat,
};

/** Mistral's own server: chat completions with ids of nine letters or digits. */
export const MISTRAL: Upstream = {
  ...CHAT,
  name: 'mistral',
  offering: 'mistral/mistral-medium-latest',
  idsTaken: /^[a-zA-Z0-9]{9}$/,
  areIdsUnique: true,
};

const outputItems = ({ reasoning, text, refusal, calls = [], end }: Said): readonly Json[] => {
  const content = [
    ...(text === undefined ? [] : [{ type: 'output_text', text, annotations: [] }]),
    ...(refusal === undefined ? [] : [{ type: 'refusal', refusal }]),
  ];
  return [
    ...(reasoning === undefined
      ? []
      : [
          {
            type: 'reasoning',
            id: 'rs_1',
            summary: [{ type: 'summary_text', text: reasoning.text }],
            ...(reasoning.signature !== undefined && { encrypted_content: reasoning.signature }),
          },
        ]),
    ...(content.length === 0
      ? []
      : [
          {
            type: 'message',
            id: 'msg_1',
            role: 'assistant',
            status: isWhole(end) ? 'completed' : 'incomplete',
            content,
          },
        ]),
    ...calls.map(({ id, name, arguments: args }, n) => ({
      type: 'function_call',
      id: `fc_${n}`,
      call_id: id,
      name,
      arguments: args,
      status: 'completed',
    })),
  ];
};

const isWhole = (end: Said['end']): boolean => end === 'STOP' || end === 'TOOLS';

const responsesUsage = ({ input, cached, written, output, reasoning }: Counts) => ({
  input_tokens: input,
  input_tokens_details: { cached_tokens: cached, cache_write_tokens: written },
  output_tokens: output,
  output_tokens_details: { reasoning_tokens: reasoning },
  total_tokens: input + output,
});

const response = (said: Said) => ({
  id: 'resp_1',
  object: 'response',
  created_at: 1,
  model: 'r',
  status: isWhole(said.end) ? 'completed' : 'incomplete',
  incomplete_details: isWhole(said.end) ? null : { reason: RESPONSES.words[said.end] },
  error: null,
  output: outputItems(said),
  usage: said.usage === undefined ? null : responsesUsage(said.usage),
});

const event = (data: { readonly type: string; readonly [field: string]: unknown }): string =>
  sseFrame(data, data.type);

const itemFrames = (item: Json, output_index: number): readonly string[] => {
  const place = { item_id: item.id, output_index, content_index: 0, summary_index: 0 };
  const pieces: readonly (readonly [string, string])[] =
    item.type === 'reasoning'
      ? [['response.reasoning_summary_text.delta', item.summary[0].text]]
      : item.type === 'function_call'
        ? [...item.arguments].map((piece) => ['response.function_call_arguments.delta', piece] as const)
        : item.content.map((part: Json) =>
            part.type === 'refusal'
              ? ['response.refusal.delta', part.refusal]
              : ['response.output_text.delta', part.text],
          );
  const { summary: _summary, encrypted_content: _proof, content: _content, ...bare } = item;
  const begun = {
    ...bare,
    ...(item.type === 'reasoning' && { summary: [] }),
    ...(item.type === 'message' && { content: [] }),
    ...(item.type === 'function_call' && { arguments: '' }),
  };
  return [
    event({ type: 'response.output_item.added', output_index, item: begun }),
    ...pieces.map(([type, delta]) => event({ type, ...place, delta })),
    event({ type: 'response.output_item.done', output_index, item }),
  ];
};

const failedResponse = (fault: Fault) => ({
  id: 'resp_1',
  object: 'response',
  model: 'r',
  status: 'failed',
  error: { code: FAULTS[fault][2] ?? FAULTS[fault][1], message: FAULTS[fault][3] },
  output: [],
  usage: null,
});

export const RESPONSES: Upstream = {
  name: 'responses',
  passedOnBy: 'responses',
  offering: 'responses/r',
  words: {
    STOP: 'completed',
    LENGTH: 'max_output_tokens',
    TOOLS: 'completed',
    FILTERED: 'content_filter',
    NOVEL: 'a_word_of_2027',
  },
  tells: (counts) => counts,
  has: {
    ids: true,
    callsAsText: true,
    signatures: true,
    refusals: true,
    lateUsage: true,
    images: true,
    history: true,
  },
  idsTaken: /^[\s\S]{1,64}$/,
  areIdsUnique: false,
  whole: (said) => jsonAnswer(response(said)),
  frames(said) {
    const { usage, ...rest } = response(said);
    const type = `response.${rest.status}`;
    const open = { ...rest, status: 'in_progress', incomplete_details: null, output: [] };
    return {
      content: [
        event({ type: 'response.created', response: open }),
        ...outputItems(said).flatMap(itemFrames),
      ],
      ending:
        said.isUsageLate === true
          ? [
              event({ type, response: { ...rest, usage: null } }),
              event({ type: 'response.usage', response: { id: 'resp_1', usage } }),
            ]
          : [event({ type, response: { ...rest, usage } })],
    };
  },
  stream: (frames) => eventStream(frames),
  refuses,
  fails: (fault) => ({
    whole: jsonAnswer(failedResponse(fault)),
    frame: event({ type: 'response.failed', response: failedResponse(fault) }),
  }),
  asked({ input, reasoning: asked }) {
    const items: readonly Json[] = input;
    const reasoning = items.filter(({ type }) => type === 'reasoning');
    return {
      calls: items.flatMap(({ type, call_id }) => (type === 'function_call' ? [call_id] : [])),
      results: items
        .filter(({ type }) => type === 'function_call_output')
        .map(({ call_id, output }) => ({ id: call_id, text: textIn(output), images: imagesIn(output) })),
      reasoning: reasoning.flatMap(({ summary = [] }) => summary.map(({ text }: Json) => text)),
      signatures: reasoning.flatMap(({ encrypted_content }) => encrypted_content ?? []),
      effort: effortOf(asked?.effort),
    };
  },
};
