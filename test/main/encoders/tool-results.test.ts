// biome-ignore-all lint/suspicious/noExplicitAny: bodies of several dialects
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type StrictProviders, strictProviders } from './strict-providers.ts';

let providers: StrictProviders;
beforeAll(async () => {
  providers = await strictProviders();
});
beforeEach(() => providers.forget());

const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const PDF = Buffer.from('%PDF-1.4').toString('base64');

/** Two calls that were made together; the first gave a text and an image, the second a document alone. */
const faces: { readonly [face: string]: (model: string) => Promise<number> } = {
  async '/v1/chat/completions'(model) {
    const call = (id: string) => ({ id, type: 'function', function: { name: 'shot', arguments: '{}' } });
    const { status } = await providers.ask('/v1/chat/completions', {
      model,
      messages: [
        { role: 'user', content: 'x' },
        { role: 'assistant', content: null, tool_calls: [call('c1'), call('c2')] },
        {
          role: 'tool',
          tool_call_id: 'c1',
          content: [
            { type: 'text', text: 'shot' },
            { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } },
          ],
        },
        {
          role: 'tool',
          tool_call_id: 'c2',
          content: [
            { type: 'file', file: { filename: 'a.pdf', file_data: `data:application/pdf;base64,${PDF}` } },
          ],
        },
      ],
    });
    return status;
  },
  async '/v1/messages'(model) {
    const { status } = await providers.ask('/v1/messages', {
      model,
      max_tokens: 50,
      messages: [
        { role: 'user', content: 'x' },
        {
          role: 'assistant',
          content: ['c1', 'c2'].map((id) => ({ type: 'tool_use', id, name: 'shot', input: {} })),
        },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: 'c1',
              content: [
                { type: 'text', text: 'shot' },
                { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
              ],
            },
            {
              type: 'tool_result',
              tool_use_id: 'c2',
              content: [
                {
                  type: 'document',
                  title: 'a.pdf',
                  source: { type: 'base64', media_type: 'application/pdf', data: PDF },
                },
              ],
            },
          ],
        },
      ],
    });
    return status;
  },
  async '/v1/responses'(model) {
    const { status } = await providers.ask('/v1/responses', {
      model,
      input: [
        { role: 'user', content: 'x' },
        ...['c1', 'c2'].map((call_id) => ({ type: 'function_call', call_id, name: 'shot', arguments: '{}' })),
        {
          type: 'function_call_output',
          call_id: 'c1',
          output: [
            { type: 'input_text', text: 'shot' },
            { type: 'input_image', image_url: `data:image/png;base64,${PNG}` },
          ],
        },
        {
          type: 'function_call_output',
          call_id: 'c2',
          output: [
            { type: 'input_file', filename: 'a.pdf', file_data: `data:application/pdf;base64,${PDF}` },
          ],
        },
      ],
    });
    return status;
  },
  async 'the graph'(model) {
    const { body } = await providers.server.post(
      `mutation ($model: String!, $messages: [MessageInput!]!) {
        complete(input: { model: $model, messages: $messages, unsupported: WARN }) { __typename ... on Error { message } }
      }`,
      {
        model,
        messages: [
          { user: { text: 'x' } },
          {
            assistant: {
              toolCalls: ['c1', 'c2'].map((id) => ({ id, name: 'shot', arguments: '{}' })),
            },
          },
          {
            tool: {
              toolCallId: 'c1',
              text: 'shot',
              parts: [{ image: { source: { data: { mediaType: 'image/png', base64: PNG } } } }],
            },
          },
          {
            tool: {
              toolCallId: 'c2',
              parts: [
                { file: { name: 'a.pdf', source: { data: { mediaType: 'application/pdf', base64: PDF } } } },
              ],
            },
          },
        ],
      },
    );
    expect(body.data.complete).toEqual({ __typename: 'Completion' });
    return 200;
  },
};

const only = (): any => {
  const sent = providers.sent();
  expect(sent).toHaveLength(1);
  return sent[0]?.body;
};

describe.each(Object.keys(faces))('what tools gave besides text, through %s', (face) => {
  const ask = async (model: string): Promise<any> => {
    expect(await faces[face]?.(`offering:${model}`)).toBe(200);
    return only();
  };

  it("stands in Claude's results", async () => {
    const { messages } = await ask('anthropic/claude-sonnet-4-5');
    const [one, two, ...rest] = messages.at(-1).content;
    expect(rest).toEqual([]);
    expect(one).toMatchObject({
      tool_use_id: 'c1',
      content: [
        { type: 'text', text: 'shot' },
        { type: 'image', source: { data: PNG } },
      ],
    });
    expect(two).toMatchObject({ tool_use_id: 'c2', content: [{ type: 'document', source: { data: PDF } }] });
  });

  it('stands in the outputs of Responses', async () => {
    const { input } = await ask('relayresponses/m1');
    const outputs = input.filter((item: any) => item.type === 'function_call_output');
    expect(outputs).toMatchObject([
      { call_id: 'c1', output: [{ text: 'shot' }, { image_url: `data:image/png;base64,${PNG}` }] },
      { call_id: 'c2', output: [{ file_data: `data:application/pdf;base64,${PDF}` }] },
    ]);
    expect(input).toHaveLength(5);
  });

  it("stands in Gemini 3's responses of functions", async () => {
    const { contents } = await ask('google/gemini-3-flash-preview');
    expect(contents.at(-1).parts).toMatchObject([
      { functionResponse: { response: { output: 'shot' }, parts: [{ inlineData: { data: PNG } }] } },
      { functionResponse: { parts: [{ inlineData: { data: PDF } }] } },
    ]);
  });

  it('follows the results for others, labelled by the calls', async () => {
    const gemini = await ask('google/gemini-2.5-flash');
    expect(gemini.contents.at(-1)).toMatchObject({
      role: 'user',
      parts: [
        { text: 'Output of the tool call c1:' },
        { inlineData: { data: PNG } },
        { text: 'Output of the tool call c2:' },
        { inlineData: { data: PDF } },
      ],
    });
    if (face === '/v1/chat/completions') return;
    const { messages } = await ask('openrouter/openai/gpt-4o-mini');
    expect(messages.map(({ role }: any) => role)).toEqual(['user', 'assistant', 'tool', 'tool', 'user']);
    expect(messages.at(-1).content).toMatchObject([
      { text: 'Output of the tool call c1:' },
      { type: 'image_url' },
      { text: 'Output of the tool call c2:' },
      { type: 'file' },
    ]);
  });

  it('is labelled by the id that the provider knows', async () => {
    const { messages } = await ask('mistral/mistral-medium-latest');
    const tool = messages.find(({ role }: any) => role === 'tool');
    expect(tool.tool_call_id).toMatch(/^[a-zA-Z0-9]{9}$/);
    if (face === '/v1/chat/completions') return;
    expect(messages.at(-1).content[0].text).toBe(`Output of the tool call ${tool.tool_call_id}:`);
  });

  it('goes to OpenAI as it takes it', async () => {
    // Its own format goes to it as it came.
    if (face === '/v1/responses') return;
    const { messages } = await ask('openai/gpt-4o-mini');
    expect(messages.map(({ role }: any) => role)).toEqual(['user', 'assistant', 'tool', 'tool', 'user']);
    expect(JSON.stringify(messages.slice(0, 4))).not.toContain(PNG);
    expect(messages.at(-1).content.map(({ type }: any) => type)).toEqual([
      'text',
      'image_url',
      'text',
      'file',
    ]);
  });

  it('is left out with its label where a provider takes nothing of the kind', async () => {
    if (face === '/v1/chat/completions') return;
    await faces[face]?.('offering:deepseek/deepseek-v4-flash');
    const sent = providers.sent();
    for (const { body } of sent) expect(JSON.stringify(body)).not.toMatch(/Output of the tool call/);
  });
});

it('stays in a request that is passed on to a provider that may take it', async () => {
  expect(await faces['/v1/chat/completions']?.('offering:relay/m1')).toBe(200);
  expect(only().messages[2].content[1]).toMatchObject({ type: 'image_url' });
});

it('search results of a tool reach others as text', async () => {
  await providers.ask('/v1/messages', {
    model: 'relay/m1',
    max_tokens: 50,
    messages: [
      { role: 'user', content: 'x' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'c1', name: 'find', input: {} }] },
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: 'c1',
            content: [
              {
                type: 'search_result',
                source: 'https://a.example',
                title: 'A page',
                content: [{ type: 'text', text: 'It says so.' }],
              },
            ],
          },
        ],
      },
    ],
  });
  expect(only().messages.at(-1)).toEqual({
    role: 'tool',
    tool_call_id: 'c1',
    content: 'A page\nhttps://a.example\nIt says so.',
  });
});

it.each(['openai/gpt-4o', 'google/gemini-2.5-flash', 'relay/m1'])(
  'names of tools that a search found reach %s as text',
  async (model) => {
    const { status } = await providers.ask('/v1/messages', {
      model: `offering:${model}`,
      max_tokens: 50,
      tools: [{ name: 'ToolSearch', input_schema: { type: 'object' } }],
      messages: [
        { role: 'user', content: 'x' },
        { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'ToolSearch', input: {} }] },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: 't1',
              content: [
                { type: 'tool_reference', tool_name: 'get_weather' },
                { type: 'tool_reference', tool_name: 'get_time' },
              ],
            },
          ],
        },
      ],
    });
    expect(status).toBe(200);
    expect(JSON.stringify(providers.sent()[0]?.body)).toMatch(/get_weather.{1,4}get_time/);
  },
);

it.each(['anthropic/claude-sonnet-4-5', 'google/gemini-2.5-flash', 'relay/m1'])(
  'a part of an unknown type in a result is left out for %s, and the rest is there',
  async (model) => {
    const { status, headers } = await providers.ask('/v1/responses', {
      model: `offering:${model}`,
      input: [
        { role: 'user', content: 'x' },
        { type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{}' },
        {
          type: 'function_call_output',
          call_id: 'call_1',
          output: [
            { type: 'input_text', text: 'what is known' },
            { type: 'hologram', data: 'zzzz' },
          ],
        },
        { role: 'user', content: 'go on' },
      ],
    });
    expect(status).toBe(200);
    expect(JSON.stringify(providers.sent()[0]?.body)).toContain('what is known');
    expect(headers.get('x-modelgraph-warnings')).not.toBeNull();
  },
);

it('a part of an unknown type in a result is left out on the other faces too', async () => {
  const hologram = { type: 'hologram', data: 'zzzz' };
  const known = { type: 'text', text: 'what is known' };
  const use = { type: 'function', function: { name: 'f', arguments: '{}' } };
  await providers.ask('/v1/chat/completions', {
    model: 'offering:anthropic/claude-sonnet-4-5',
    messages: [
      { role: 'user', content: 'x' },
      { role: 'assistant', content: null, tool_calls: [{ id: 't1', ...use }] },
      { role: 'tool', tool_call_id: 't1', content: [known, hologram] },
    ],
  });
  await providers.ask('/v1/messages', {
    model: 'offering:google/gemini-2.5-flash',
    max_tokens: 50,
    messages: [
      { role: 'user', content: 'x' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'f', input: {} }] },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 't1', content: [known, hologram] }],
      },
    ],
  });
  const sent = providers.sent();
  expect(sent).toHaveLength(2);
  for (const { body } of sent) expect(JSON.stringify(body)).toContain('what is known');
});
