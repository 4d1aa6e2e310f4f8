import type { JsonObject } from '../../src/domain/json.ts';

const IMAGE = 'data:image/png;base64,iVBORw0KGgo=';
const TOOL_SCHEMA = { type: 'object', properties: { a: { type: 'string' } } };

/** Right bodies of each format, with nearly everything that its reader looks at. */
export const CHAT: JsonObject = {
  model: 'm',
  messages: [
    { role: 'system', content: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }] },
    {
      role: 'user',
      content: [
        { type: 'image_url', image_url: { url: 'https://a.test/b.png', detail: 'low' } },
        { type: 'input_audio', input_audio: { data: 'eA==', format: 'wav' } },
        { type: 'file', file: { file_data: 'data:text/plain;base64,eA==', filename: 'a.txt' } },
      ],
    },
    {
      role: 'assistant',
      content: null,
      reasoning_details: [{ type: 'reasoning.text', text: 'b', signature: 's' }],
      tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
    },
    { role: 'tool', tool_call_id: 'c', content: 'd' },
  ],
  tools: [{ type: 'function', function: { name: 'f', parameters: TOOL_SCHEMA, strict: true } }],
  tool_choice: { type: 'function', function: { name: 'f' } },
  response_format: { type: 'json_schema', json_schema: { name: 'x', schema: TOOL_SCHEMA } },
  reasoning: { effort: 'low', max_tokens: 5 },
  stop: ['a'],
  max_tokens: 5,
  temperature: 0.5,
  metadata: { a: 'b' },
  stream: true,
  stream_options: { include_usage: true },
  logprobs: true,
  top_logprobs: 2,
  n: 1,
};

export const LEGACY: JsonObject = {
  model: 'm',
  prompt: ['a', 'b'],
  echo: true,
  logprobs: 2,
  max_tokens: 5,
  stop: 'x',
  suffix: null,
  stream: false,
};

export const MESSAGES: JsonObject = {
  model: 'm',
  max_tokens: 10,
  system: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral', ttl: '1h' } }],
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'a' },
        { type: 'image', source: { type: 'url', url: 'https://a.test/b.png' } },
        {
          type: 'document',
          source: { type: 'base64', media_type: 'application/pdf', data: 'eA==' },
          title: 't',
        },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'b', signature: 's' },
        { type: 'redacted_thinking', data: 'eA==' },
        { type: 'tool_use', id: 'c', name: 'f', input: { a: 1 } },
      ],
    },
    {
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: 'c', content: [{ type: 'text', text: 'd' }] }],
    },
  ],
  tools: [{ name: 'f', description: 'd', input_schema: TOOL_SCHEMA }],
  tool_choice: { type: 'tool', name: 'f' },
  thinking: { type: 'enabled', budget_tokens: 5 },
  metadata: { user_id: 'u' },
  stop_sequences: ['x'],
  temperature: 0.5,
  stream: true,
};

export const RESPONSES: JsonObject = {
  model: 'm',
  instructions: 'i',
  input: [
    {
      role: 'user',
      content: [
        { type: 'input_text', text: 'a' },
        { type: 'input_image', image_url: IMAGE, detail: 'low' },
        { type: 'input_file', file_data: 'data:text/plain;base64,eA==', filename: 'a.txt' },
      ],
    },
    { type: 'reasoning', id: 'r', summary: [{ type: 'summary_text', text: 's' }], encrypted_content: 'x' },
    { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'b', annotations: [] }] },
    { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
    { type: 'function_call_output', call_id: 'c', output: 'd' },
    { type: 'custom_tool_call', call_id: 'e', name: 'g', input: 'x' },
    { type: 'custom_tool_call_output', call_id: 'e', output: 'y' },
  ],
  tools: [
    { type: 'function', name: 'f', parameters: TOOL_SCHEMA, strict: true },
    { type: 'custom', name: 'g', format: { type: 'text' } },
  ],
  tool_choice: { type: 'function', name: 'f' },
  text: { format: { type: 'json_schema', name: 'x', schema: TOOL_SCHEMA }, verbosity: 'low' },
  reasoning: { effort: 'low', summary: 'auto' },
  include: ['reasoning.encrypted_content'],
  max_output_tokens: 5,
  metadata: { a: 'b' },
  stream: true,
  store: false,
};

/** Of operations, by their names. */
export const OPERATION_BODIES = {
  embeddings: { model: 'm', input: ['a', 'b'], encoding_format: 'base64', dimensions: 3, user: 'u' },
  images: { model: 'm', prompt: 'p', n: 1, size: '1x1', quality: 'q', style: 's', seed: 1, stream: false },
  edits: { model: 'm', prompt: 'p', images: [{ image_url: { url: IMAGE } }, IMAGE], mask: { url: IMAGE } },
  speech: { model: 'm', input: 'a', voice: { id: 'v' }, response_format: 'mp3', speed: 1, language: 'en' },
  moderations: {
    model: 'm',
    input: [
      { type: 'text', text: 'a' },
      { type: 'image_url', image_url: { url: IMAGE } },
    ],
  },
  rankings: { model: 'm', query: 'q', documents: ['a', { text: 'b' }], top_n: 1, return_documents: true },
} satisfies { readonly [name: string]: JsonObject };
