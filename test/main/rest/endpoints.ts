import { Buffer } from 'node:buffer';

/** A body that is right, and what can be wrong with it. */
export type Endpoint = {
  readonly path: string;
  readonly family: 'OPENAI' | 'ANTHROPIC';
  readonly takes: 'JSON' | 'FORM';
  readonly valid: { readonly [field: string]: unknown };
  /** Fields that it cannot do without. */
  readonly required: readonly string[];
  /** Values that a field cannot have. */
  readonly wrong: { readonly [field: string]: readonly unknown[] };
};

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);
const image = new File([PNG], 'fox.png', { type: 'image/png' });
const recording = new File([Buffer.from('RIFF0000WAVEfmt ')], 'said.wav', { type: 'audio/wav' });
const model = 'sandbox/echo';
const messages = [{ role: 'user', content: 'Hello.' }];

export const ENDPOINTS: readonly Endpoint[] = [
  {
    path: '/v1/chat/completions',
    family: 'OPENAI',
    takes: 'JSON',
    valid: { model, messages },
    required: ['model', 'messages'],
    wrong: {
      model: [7, ''],
      messages: ['Hello.', [], [7], [{ role: 'wizard', content: 'Hello.' }], [{ role: 'user', content: 7 }]],
      temperature: ['hot', -1],
      max_tokens: ['many', -1],
      stream: ['yes'],
      n: [0, 1_000, 'two'],
      tools: [{}, [{ type: 'function' }]],
      stop: [7],
      response_format: ['json', { type: 'json_schema' }],
      modelgraph: [7, { routing: 'fast' }, { onDisconnect: 'PERHAPS' }, { nonsense: true }],
    },
  },
  {
    path: '/v1/responses',
    family: 'OPENAI',
    takes: 'JSON',
    valid: { model, input: 'Hello.' },
    required: ['model'],
    wrong: {
      model: [7, ''],
      input: [7, [7], [{ role: 'wizard', content: 'Hello.' }]],
      temperature: ['hot'],
      max_output_tokens: ['many', -1],
      tools: [{}, [{ type: 'function' }]],
      instructions: [7],
      modelgraph: [7],
    },
  },
  {
    path: '/v1/completions',
    family: 'OPENAI',
    takes: 'JSON',
    valid: { model, prompt: 'Hello.' },
    required: ['model'],
    wrong: { model: [7], prompt: [7, {}], max_tokens: ['many'], stream: [1], modelgraph: [7] },
  },
  {
    path: '/v1/embeddings',
    family: 'OPENAI',
    takes: 'JSON',
    valid: { model, input: 'Hello.' },
    required: ['model', 'input'],
    wrong: {
      model: [7],
      input: [7, [], [{}]],
      dimensions: ['many', 0],
      encoding_format: ['hex'],
      modelgraph: [7],
    },
  },
  {
    path: '/v1/images/generations',
    family: 'OPENAI',
    takes: 'JSON',
    valid: { model, prompt: 'A fox' },
    required: ['model', 'prompt'],
    wrong: { model: [7], prompt: [7], n: ['two', 0], size: [7], modelgraph: [7] },
  },
  {
    path: '/v1/images/edits',
    family: 'OPENAI',
    takes: 'FORM',
    valid: { model, prompt: 'A fox', image },
    required: ['model', 'prompt', 'image'],
    wrong: { n: ['two', '0'], modelgraph: ['{', '7'] },
  },
  {
    path: '/v1/audio/speech',
    family: 'OPENAI',
    takes: 'JSON',
    valid: { model, input: 'Hello.', voice: 'alloy', response_format: 'wav' },
    required: ['model', 'input'],
    wrong: { model: [7], input: [7], speed: ['fast'], response_format: ['vinyl'], modelgraph: [7] },
  },
  {
    path: '/v1/audio/transcriptions',
    family: 'OPENAI',
    takes: 'FORM',
    valid: { model, file: recording },
    required: ['model', 'file'],
    wrong: { response_format: ['xml'], modelgraph: ['{', '7'] },
  },
  {
    path: '/v1/audio/translations',
    family: 'OPENAI',
    takes: 'FORM',
    valid: { model, file: recording },
    required: ['model', 'file'],
    wrong: { response_format: ['xml'], modelgraph: ['{'] },
  },
  {
    path: '/v1/moderations',
    family: 'OPENAI',
    takes: 'JSON',
    valid: { model, input: 'Hello.' },
    required: ['input'],
    wrong: { model: [7], input: [7, [{ type: 'odour' }]], modelgraph: [7] },
  },
  {
    path: '/v1/rerank',
    family: 'OPENAI',
    takes: 'JSON',
    valid: { model, query: 'Who?', documents: ['One.', 'Two.'] },
    required: ['model', 'query', 'documents'],
    wrong: { model: [7], query: [7], documents: ['One.', [], [7]], top_n: ['all', 0], modelgraph: [7] },
  },
  {
    path: '/v1/messages',
    family: 'ANTHROPIC',
    takes: 'JSON',
    valid: { model, max_tokens: 100, messages },
    required: ['model', 'max_tokens', 'messages'],
    wrong: {
      model: [7, ''],
      max_tokens: ['many', -1],
      messages: ['Hello.', [], [{ role: 'wizard', content: 'Hello.' }], [{ role: 'user', content: 7 }]],
      system: [7],
      temperature: ['hot'],
      tools: [{}, [{ name: 7 }]],
      thinking: ['yes'],
      modelgraph: [7],
    },
  },
  {
    path: '/v1/messages/count_tokens',
    family: 'ANTHROPIC',
    takes: 'JSON',
    valid: { model, messages },
    required: ['model', 'messages'],
    wrong: { model: [7], messages: ['Hello.', []], system: [7] },
  },
];

/** A body in the form that the endpoint takes; fields that are undefined are left out. */
export const bodyOf = (
  { takes }: Endpoint,
  fields: { readonly [field: string]: unknown },
): { readonly body: string | FormData; readonly headers: { readonly [name: string]: string } } => {
  if (takes === 'JSON')
    return { body: JSON.stringify(fields), headers: { 'content-type': 'application/json' } };
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (value instanceof File) form.append(name, value);
    else if (value !== undefined) form.append(name, String(value));
  }
  return { body: form, headers: {} };
};
