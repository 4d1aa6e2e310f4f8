// biome-ignore-all lint/suspicious/noExplicitAny: bodies of several dialects

/** A conversation as a test states it, to be asked through any face and found again in any provider's words. */
export type Turn =
  | { readonly user: string; readonly image?: string }
  | { readonly assistant: string; readonly calls?: readonly Call[] }
  | { readonly results: readonly { readonly id: string; readonly text: string; readonly image?: string }[] };
export type Call = { readonly id: string; readonly name: string; readonly args: object };

export type Conversation = {
  readonly system?: string;
  readonly turns: readonly Turn[];
  /** Of each face, what else is asked for. */
  readonly rest?: { readonly [face in Face]?: object };
};

export type Face = 'chat' | 'messages' | 'responses';

const dataUrl = (base64: string): string => `data:image/png;base64,${base64}`;

const chatTurn = (turn: Turn): readonly object[] => {
  const image = (base64: string) => ({ type: 'image_url', image_url: { url: dataUrl(base64) } });
  if ('user' in turn)
    return [
      {
        role: 'user',
        content:
          turn.image === undefined ? turn.user : [{ type: 'text', text: turn.user }, image(turn.image)],
      },
    ];
  if ('assistant' in turn)
    return [
      {
        role: 'assistant',
        content: turn.assistant === '' ? null : turn.assistant,
        ...(turn.calls !== undefined && {
          tool_calls: turn.calls.map(({ id, name, args }) => ({
            id,
            type: 'function',
            function: { name, arguments: JSON.stringify(args) },
          })),
        }),
      },
    ];
  return turn.results.map(({ id, text, image: shown }) => ({
    role: 'tool',
    tool_call_id: id,
    content: shown === undefined ? text : [{ type: 'text', text }, image(shown)],
  }));
};

const claudeTurn = (turn: Turn): object => {
  const image = (data: string) => ({
    type: 'image',
    source: { type: 'base64', media_type: 'image/png', data },
  });
  const shown = (base64: string | undefined) => (base64 === undefined ? [] : [image(base64)]);
  if ('user' in turn)
    return { role: 'user', content: [{ type: 'text', text: turn.user }, ...shown(turn.image)] };
  if ('assistant' in turn)
    return {
      role: 'assistant',
      content: [
        ...(turn.assistant === '' ? [] : [{ type: 'text', text: turn.assistant }]),
        ...(turn.calls ?? []).map(({ id, name, args }) => ({ type: 'tool_use', id, name, input: args })),
      ],
    };
  return {
    role: 'user',
    content: turn.results.map(({ id, text, image: base64 }) => ({
      type: 'tool_result',
      tool_use_id: id,
      content: [{ type: 'text', text }, ...shown(base64)],
    })),
  };
};

const responsesTurn = (turn: Turn): readonly object[] => {
  const shown = (base64: string | undefined) =>
    base64 === undefined ? [] : [{ type: 'input_image', image_url: dataUrl(base64) }];
  if ('user' in turn)
    return [{ role: 'user', content: [{ type: 'input_text', text: turn.user }, ...shown(turn.image)] }];
  if ('assistant' in turn)
    return [
      ...(turn.assistant === ''
        ? []
        : [{ role: 'assistant', content: [{ type: 'output_text', text: turn.assistant }] }]),
      ...(turn.calls ?? []).map(({ id, name, args }) => ({
        type: 'function_call',
        call_id: id,
        name,
        arguments: JSON.stringify(args),
      })),
    ];
  return turn.results.map(({ id, text, image }) => ({
    type: 'function_call_output',
    call_id: id,
    output: image === undefined ? text : [{ type: 'input_text', text }, ...shown(image)],
  }));
};

/** How a conversation is asked through each face. */
export const FACES: {
  readonly [face in Face]: (conversation: Conversation) => { readonly path: string; readonly body: object };
} = {
  chat: ({ system, turns, rest }) => ({
    path: '/v1/chat/completions',
    body: {
      messages: [
        ...(system === undefined ? [] : [{ role: 'system', content: system }]),
        ...turns.flatMap(chatTurn),
      ],
      ...rest?.chat,
    },
  }),
  messages: ({ system, turns, rest }) => ({
    path: '/v1/messages',
    body: {
      max_tokens: 100,
      ...(system !== undefined && { system }),
      messages: turns.map(claudeTurn),
      ...rest?.messages,
    },
  }),
  responses: ({ system, turns, rest }) => ({
    path: '/v1/responses',
    body: {
      store: false,
      ...(system !== undefined && { instructions: system }),
      input: turns.flatMap(responsesTurn),
      ...rest?.responses,
    },
  }),
};

/** What stands in a provider's request, in words that are the same for all; ids only tell which call a result is of. */
class Facts {
  readonly found: string[] = [];
  readonly #calls: string[] = [];

  text(role: string, text: unknown): void {
    if (typeof text !== 'string' || text === '' || text.startsWith('Output of the tool call')) return;
    this.found.push(`${role} says ${text}`);
  }

  image(): void {
    this.found.push('an image');
  }

  call(id: string, name: string, args: any): void {
    const given = typeof args === 'string' ? JSON.parse(args) : args;
    this.found.push(`call ${this.#calls.push(id) - 1} of ${name} with ${JSON.stringify(given)}`);
  }

  result(id: string, text: string): void {
    this.found.push(`result ${this.#calls.lastIndexOf(id)}: ${text}`);
  }
}

const textsOf = (content: any): string =>
  typeof content === 'string'
    ? content
    : (content ?? []).flatMap(({ text }: any) => (text === undefined ? [] : [text])).join('\n');

const IMAGES: ReadonlySet<string> = new Set(['image', 'image_url', 'input_image']);

const readParts = (facts: Facts, role: string, content: any): void => {
  for (const part of typeof content === 'string' ? [{ type: 'text', text: content }] : (content ?? [])) {
    if (IMAGES.has(part.type)) facts.image();
    else facts.text(role, part.text);
  }
};

const readResult = (facts: Facts, id: string, content: any): void => {
  facts.result(id, textsOf(content));
  if (Array.isArray(content)) for (const { type } of content) if (IMAGES.has(type)) facts.image();
};

const readChat = (facts: Facts, { messages }: any): void => {
  for (const { role, content, tool_calls: calls, tool_call_id: id } of messages) {
    if (role === 'tool') readResult(facts, id, content);
    else readParts(facts, role === 'developer' ? 'system' : role, content);
    for (const call of calls ?? []) facts.call(call.id, call.function.name, call.function.arguments);
  }
};

const readClaude = (facts: Facts, { system, messages }: any): void => {
  readParts(facts, 'system', system);
  for (const { role, content } of messages) {
    if (typeof content === 'string') facts.text(role, content);
    else
      for (const block of content) {
        if (block.type === 'tool_use') facts.call(block.id, block.name, block.input);
        else if (block.type === 'tool_result') readResult(facts, block.tool_use_id, block.content);
        else readParts(facts, role, [block]);
      }
  }
};

const readResponses = (facts: Facts, { instructions, input }: any): void => {
  facts.text('system', instructions);
  for (const item of typeof input === 'string' ? [{ role: 'user', content: input }] : input) {
    if (item.type === 'function_call') facts.call(item.call_id, item.name, item.arguments);
    else if (item.type === 'function_call_output') readResult(facts, item.call_id, item.output);
    else readParts(facts, item.role === 'developer' ? 'system' : item.role, item.content);
  }
};

const readGemini = (facts: Facts, { systemInstruction, contents }: any): void => {
  readParts(facts, 'system', systemInstruction?.parts);
  // Without ids, results answer calls in their order.
  let open: string[] = [];
  let made = 0;
  for (const { role, parts } of contents)
    for (const part of parts) {
      if (part.functionCall !== undefined) {
        const id = part.functionCall.id ?? `made ${made++}`;
        facts.call(id, part.functionCall.name, part.functionCall.args ?? {});
        open.push(id);
      } else if (part.functionResponse !== undefined) {
        const { id = open[0], response, parts: shown = [] } = part.functionResponse;
        open = open.filter((each) => each !== id);
        facts.result(id, response.output ?? response.result ?? response.content ?? JSON.stringify(response));
        for (const { inlineData } of shown) if (inlineData !== undefined) facts.image();
      } else if (part.inlineData !== undefined) facts.image();
      else facts.text(role === 'model' ? 'assistant' : role, part.text);
    }
};

/** What a provider was told, in no order: the order is what providers themselves refuse if it is wrong. */
export const toldIn = (path: string, body: any): readonly string[] => {
  const facts = new Facts();
  if (path.includes('/messages')) readClaude(facts, body);
  else if (path.endsWith('/responses')) readResponses(facts, body);
  else if (path.includes('enerateContent')) readGemini(facts, body);
  else readChat(facts, body);
  return facts.found.sort();
};
