import type { Face, FaceName, Reply, Request } from './faces.ts';
import { TOOL } from './faces.ts';
import type { Json, Turn } from './meaning.ts';
import type { ParityServer } from './server.ts';

/** What an official client makes of one face's bodies and events. */
type RestFace = {
  readonly name: FaceName;
  readonly path: string;
  readonly body: (request: Request) => object;
  /** A whole answer of a stream's events; undefined if it did not come to its end. */
  readonly fold: (events: readonly Json[]) => Json;
  /** The error of a body, or of a stream's event. */
  readonly errorIn: (body: Json) => { readonly word: string } | undefined;
};

const eventsIn = (text: string): readonly Json[] =>
  text.split('\n\n').flatMap((frame) => {
    const data = /^data: (.*)$/m.exec(frame)?.[1];
    return data === undefined || data === '[DONE]' ? [] : [JSON.parse(data)];
  });

const asking =
  ({ path, body, fold, errorIn }: RestFace): Face['ask'] =>
  async ({ server }: ParityServer, request): Promise<Reply> => {
    const { isStreamed } = request;
    const response = await fetch(`${server.url}/v1${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        ...body(request),
        ...(isStreamed && { stream: true }),
        ...(isStreamed && path === '/chat/completions' && { stream_options: { include_usage: true } }),
      }),
    });
    const text = await response.text();
    const wait = response.headers.get('retry-after');
    const retryAfter = wait === null ? undefined : Number(wait);
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
    if (response.status === 200 && isStream !== isStreamed)
      throw new Error(`asked for another form: ${text}`);
    if (!isStream) {
      const json = JSON.parse(text);
      const error = errorIn(json);
      const warnings = Number(response.headers.get('x-modelgraph-warnings') ?? 0);
      if (response.status === 200) return { kind: 'ANSWER', answer: json, warnings };
      if (error === undefined) throw new Error(`no error: ${text}`);
      return { kind: 'ERROR', word: `${response.status} ${error.word}`, retryAfter };
    }
    const events = eventsIn(text);
    const answer = fold(events);
    const error = events.map(errorIn).find((found) => found !== undefined);
    if ((error === undefined) === (answer === undefined)) throw new Error(`not one end: ${text}`);
    return error === undefined
      ? { kind: 'ANSWER', answer, warnings: 0 }
      : { kind: 'ERROR', word: error.word, retryAfter };
  };

const restFace = (face: RestFace, rest: Pick<Face, 'history' | 'given' | 'hear'>): Face => ({
  name: face.name,
  ask: asking(face),
  ...rest,
});

const dataUrl = (image: string): string => `data:image/png;base64,${image}`;

const chatTurn = (turn: Turn): readonly Json[] => {
  switch (turn.role) {
    case 'user':
      return [{ role: 'user', content: turn.text }];
    case 'assistant':
      return [
        {
          role: 'assistant',
          content: turn.text ?? null,
          tool_calls: turn.calls.map(({ id, name, arguments: args }) => ({
            id,
            type: 'function',
            function: { name, arguments: args },
          })),
        },
      ];
    case 'tools':
      return turn.results.map(({ id, text, image }) => ({
        role: 'tool',
        tool_call_id: id,
        content:
          image === undefined
            ? text
            : [
                { type: 'text', text },
                { type: 'image_url', image_url: { url: dataUrl(image) } },
              ],
      }));
  }
};

/** Pieces of texts are joined, of lists put together by index, anything else replaced: as SDKs do. */
const joinDeltas = (before: Json, delta: Json): Json => {
  if (typeof before === 'string' && typeof delta === 'string') return before + delta;
  if (Array.isArray(delta)) {
    const list = [...(before ?? [])];
    for (const { index, ...piece } of delta) list[index] = joinDeltas(list[index] ?? {}, piece);
    return list;
  }
  if (typeof delta !== 'object' || delta === null) return delta ?? before ?? null;
  const joined = { ...before };
  for (const [name, piece] of Object.entries<Json>(delta))
    joined[name] =
      name === 'id' || name === 'type' || name === 'role'
        ? (piece ?? joined[name])
        : joinDeltas(joined[name], piece);
  return joined;
};

export const CHAT_FACE = restFace(
  {
    name: 'chat',
    path: '/chat/completions',
    body: ({ model, history, effort }) => ({
      model,
      messages: history,
      tools: [{ type: 'function', function: TOOL }],
      ...(effort !== undefined && { reasoning_effort: effort === 'OFF' ? 'none' : 'high' }),
    }),
    fold(events) {
      const choices = events.flatMap((event) => event.choices ?? []);
      const finish_reason = choices.map((choice) => choice.finish_reason).findLast(Boolean);
      const message = choices.reduce((joined, { delta }) => joinDeltas(joined, delta), {});
      const usage = events.findLast((event) => event.usage)?.usage;
      return finish_reason && { choices: [{ message, finish_reason }], usage };
    },
    errorIn: ({ error }) => error && { word: error.code },
  },
  {
    history: (turns) => turns.flatMap(chatTurn),
    given: ({ choices }) => [choices[0].message],
    hear: ({ choices: [{ message, finish_reason }], usage }) => ({
      text: message.content ?? '',
      refusal: message.refusal ?? '',
      reasoning: message.reasoning_content ?? '',
      calls: (message.tool_calls ?? []).map(({ id, function: called }: Json) => ({ id, ...called })),
      end: finish_reason,
      usage: usage && {
        input: usage.prompt_tokens,
        cached: usage.prompt_tokens_details?.cached_tokens ?? 0,
        written: usage.prompt_tokens_details?.cache_write_tokens ?? 0,
        output: usage.completion_tokens,
        reasoning: usage.completion_tokens_details?.reasoning_tokens ?? 0,
      },
    }),
  },
);

const responsesTurn = (turn: Turn): readonly Json[] => {
  switch (turn.role) {
    case 'user':
      return [{ role: 'user', content: turn.text }];
    case 'assistant':
      return [
        ...(turn.text === undefined ? [] : [{ role: 'assistant', content: turn.text }]),
        ...turn.calls.map(({ id, name, arguments: args }) => ({
          type: 'function_call',
          call_id: id,
          name,
          arguments: args,
        })),
      ];
    case 'tools':
      return turn.results.map(({ id, text, image }) => ({
        type: 'function_call_output',
        call_id: id,
        output:
          image === undefined
            ? text
            : [
                { type: 'input_text', text },
                { type: 'input_image', image_url: dataUrl(image) },
              ],
      }));
  }
};

export const RESPONSES_FACE = restFace(
  {
    name: 'responses',
    path: '/responses',
    body: ({ model, history, effort }) => ({
      model,
      input: history,
      ...(effort !== undefined && { reasoning: { effort: effort === 'OFF' ? 'none' : 'high' } }),
      store: false,
      include: ['reasoning.encrypted_content'],
      tools: [{ type: 'function', ...TOOL }],
    }),
    fold: (events) =>
      events.find(({ type }) => type === 'response.completed' || type === 'response.incomplete')?.response,
    errorIn: ({ type, code, error }) =>
      type === 'error' ? { word: code } : error ? { word: error.code } : undefined,
  },
  {
    history: (turns) => turns.flatMap(responsesTurn),
    given: ({ output }) => output,
    hear({ output, status, incomplete_details, usage }) {
      const parts = output.flatMap(({ type, content }: Json) => (type === 'message' ? content : []));
      const joined = (type: string, name: string): string =>
        parts.map((part: Json) => (part.type === type ? part[name] : '')).join('');
      return {
        text: joined('output_text', 'text'),
        refusal: joined('refusal', 'refusal'),
        reasoning: output
          .filter(({ type }: Json) => type === 'reasoning')
          .flatMap(({ summary = [], content }: Json) => [...summary, ...(content ?? [])])
          .map(({ text }: Json) => text)
          .join(''),
        calls: output
          .filter(({ type }: Json) => type === 'function_call')
          .map(({ call_id: id, name, arguments: args }: Json) => ({ id, name, arguments: args })),
        end: incomplete_details?.reason ?? status,
        usage: (usage ?? undefined) && {
          input: usage.input_tokens,
          cached: usage.input_tokens_details.cached_tokens,
          written: usage.input_tokens_details.cache_write_tokens ?? 0,
          output: usage.output_tokens,
          reasoning: usage.output_tokens_details.reasoning_tokens,
        },
      };
    },
  },
);

const messagesTurn = (turn: Turn): Json => {
  switch (turn.role) {
    case 'user':
      return { role: 'user', content: turn.text };
    case 'assistant':
      return {
        role: 'assistant',
        content: [
          ...(turn.text === undefined ? [] : [{ type: 'text', text: turn.text }]),
          ...turn.calls.map(({ id, name, arguments: args }) => ({
            type: 'tool_use',
            id,
            name,
            input: JSON.parse(args),
          })),
        ],
      };
    case 'tools':
      return {
        role: 'user',
        content: turn.results.map(({ id, text, image }) => ({
          type: 'tool_result',
          tool_use_id: id,
          content:
            image === undefined
              ? text
              : [
                  { type: 'text', text },
                  { type: 'image', source: { type: 'base64', media_type: 'image/png', data: image } },
                ],
        })),
      };
  }
};

/** Pieces that make no JSON are wrapped in an object by clients. */
const inputIn = (text: string): Json => {
  try {
    return JSON.parse(text);
  } catch {
    return { arguments: text };
  }
};

const foldBlocks = (events: readonly Json[]): readonly Json[] => {
  const blocks: Json[] = [];
  const inputs: string[] = [];
  for (const { type, index, content_block, delta } of events) {
    if (type === 'content_block_start') blocks[index] = { ...content_block };
    if (type !== 'content_block_delta') continue;
    const block = blocks[index];
    if (delta.type === 'text_delta') block.text += delta.text;
    if (delta.type === 'thinking_delta') block.thinking += delta.thinking;
    if (delta.type === 'signature_delta') block.signature = delta.signature;
    if (delta.type === 'input_json_delta') inputs[index] = (inputs[index] ?? '') + delta.partial_json;
  }
  return blocks.map((block, index) => {
    const json = inputs[index];
    return json === undefined || json === '' ? block : { ...block, input: inputIn(json) };
  });
};

export const MESSAGES_FACE = restFace(
  {
    name: 'messages',
    path: '/messages',
    body: ({ model, history, effort }) => ({
      model,
      max_tokens: 30_000,
      messages: history,
      ...(effort === 'OFF' && { thinking: { type: 'disabled' } }),
      ...(effort === 'HIGH' && { thinking: { type: 'enabled', budget_tokens: 20_000 } }),
      tools: [{ name: TOOL.name, description: TOOL.description, input_schema: TOOL.parameters }],
    }),
    fold(events) {
      if (!events.some(({ type }) => type === 'message_stop')) return undefined;
      const started = events.find(({ type }) => type === 'message_start')?.message;
      const deltas = events.filter(({ type }) => type === 'message_delta');
      return {
        ...started,
        content: foldBlocks(events),
        stop_reason: deltas.findLast(({ delta }) => delta.stop_reason)?.delta.stop_reason,
        usage: Object.assign({}, started.usage, ...deltas.map(({ usage }) => usage)),
      };
    },
    errorIn: ({ type, error }) => (type === 'error' ? { word: error.type } : undefined),
  },
  {
    history: (turns) => turns.map(messagesTurn),
    given: ({ role, content }) => [{ role, content }],
    hear({ content, stop_reason, usage }) {
      const joined = (type: string, name: string): string =>
        content.map((block: Json) => (block.type === type ? block[name] : '')).join('');
      return {
        text: joined('text', 'text'),
        refusal: '',
        reasoning: joined('thinking', 'thinking'),
        calls: content
          .filter(({ type }: Json) => type === 'tool_use')
          .map(({ id, name, input }: Json) => ({ id, name, arguments: JSON.stringify(input) })),
        end: stop_reason,
        usage: {
          input:
            usage.input_tokens + usage.cache_read_input_tokens + (usage.cache_creation_input_tokens ?? 0),
          cached: usage.cache_read_input_tokens,
          written: usage.cache_creation_input_tokens ?? 0,
          output: usage.output_tokens,
          reasoning: usage.output_tokens_details?.thinking_tokens ?? 0,
        },
      };
    },
  },
);
