import { describe, expect, test } from 'vitest';
import { knownProvider } from '../../../src/adapters/providers/registry.ts';
import type { OperationCodecs } from '../../../src/wire/operation-codec.ts';
import { sentBy } from '../../wire/operations/calls.ts';

const operationsOf = (id: string): OperationCodecs => {
  const known = knownProvider(id);
  if (known?.api.kind !== 'DIALECT') throw new Error(`${id} is not reached by a codec`);
  return known.api.operations;
};
const codecOf = <Kind extends keyof OperationCodecs>(id: string, kind: Kind) => {
  const codec = operationsOf(id)[kind];
  if (codec === undefined) throw new Error(`${id} has no ${kind}`);
  return codec;
};

const PNG = { mediaType: 'image/png', bytes: Buffer.from('x') };
const DATA_URL = 'data:image/png;base64,eA==';

/** Members besides the model, in each provider's own words; a member that it does not take is not there. */
describe('images are asked for in the words of', () => {
  const made = { prompt: 'a', count: 2, size: '512x256', seed: 7, images: [] };
  test.each([
    ['openai', { n: 2, size: '512x256', response_format: 'b64_json' }],
    ['azure', { n: 2, size: '512x256', response_format: 'b64_json' }],
    ['xai', { n: 2, response_format: 'b64_json' }],
    ['zhipu', { size: '512x256' }],
    ['zai', { size: '512x256' }],
    ['volcengine', { size: '512x256', seed: 7, response_format: 'b64_json' }],
    ['qianfan', { n: 2, size: '512x256' }],
    ['together', { n: 2, width: 512, height: 256, seed: 7, response_format: 'base64' }],
    ['deepinfra', { n: 2, size: '512x256', response_format: 'b64_json' }],
    ['siliconflow', { batch_size: 2, image_size: '512x256', seed: 7 }],
    ['siliconflow-cn', { batch_size: 2, image_size: '512x256', seed: 7 }],
    ['portkey', { n: 2, size: '512x256', response_format: 'b64_json' }],
    ['laozhang', { n: 2, size: '512x256', response_format: 'b64_json' }],
  ])('%s', (id, members) => {
    const { path, body } = sentBy(codecOf(id, 'IMAGE_GENERATION'), 'm', made);
    expect(path).toBe('/images/generations');
    expect(body).toEqual({ model: 'm', prompt: 'a', ...members });
  });

  test.each([
    ['openai', '/images/edits', { 'image[]': 'image/png image-1.png' }],
    ['volcengine', '/images/generations', { image: DATA_URL }],
    ['siliconflow', '/images/generations', { image: DATA_URL }],
  ])('%s, for a change of one', (id, where, members) => {
    const { path, body } = sentBy(codecOf(id, 'IMAGE_GENERATION'), 'm', { prompt: 'a', images: [PNG] });
    expect(path).toBe(where);
    expect(body).toMatchObject({ model: 'm', prompt: 'a', ...members });
  });

  test.each(['xai', 'zhipu', 'zai', 'qianfan', 'together', 'deepinfra'])('%s, who changes none', (id) => {
    const listed = codecOf(id, 'IMAGE_GENERATION').unsupported('m', { prompt: 'a', images: [PNG] });
    expect(listed.map(({ name }) => name)).toEqual(['images']);
  });
});

test.each([
  ['openai', { dimensions: 8 }],
  ['mistral', { output_dimension: 8 }],
  ['zhipu', { dimensions: 8 }],
  ['dashscope', { dimensions: 8 }],
  ['volcengine', {}],
  ['qianfan', {}],
  ['hunyuan', {}],
  ['cloudflare', {}],
  ['together', {}],
  ['fireworks', { dimensions: 8 }],
  ['deepinfra', { dimensions: 8 }],
  ['sambanova', {}],
  ['siliconflow', { dimensions: 8 }],
  ['nvidia', { dimensions: 8, input_type: 'query' }],
  ['voyage', { output_dimension: 8, input_type: 'query', truncation: false }],
  ['jina', { dimensions: 8, task: 'retrieval.query' }],
  ['lmstudio', {}],
  ['llamacpp', {}],
])('vectors are asked for in the words of %s', (id, members) => {
  const request = { inputs: ['a'], dimensions: 8, purpose: 'QUERY' } as const;
  const { path, body } = sentBy(codecOf(id, 'EMBEDDING'), 'm', request);
  expect(path).toBe('/embeddings');
  expect(body).toEqual({ model: 'm', input: ['a'], ...members });
});

test.each([
  ['groq', { voice: 'hannah', response_format: 'wav' }],
  ['together', { voice: 'af_alloy' }],
  ['deepinfra', { voice: 'af_bella' }],
  ['siliconflow', { voice: 'FunAudioLLM/CosyVoice2-0.5B:alex' }],
])('speech without a voice has one of %s', (id, members) => {
  const { body, warned } = sentBy(codecOf(id, 'SPEECH'), 'm', { text: 'a' });
  expect(body).toEqual({ model: 'm', input: 'a', ...members });
  expect(warned).toEqual(['voice']);
});

test.each([
  ['voyage', { top_k: 1, truncation: false }],
  ['jina', { top_n: 1 }],
  ['together', { top_n: 1 }],
  ['zhipu', { top_n: 1 }],
])('documents are ranked in the words of %s', (id, members) => {
  const { path, body } = sentBy(codecOf(id, 'RERANK'), 'm', { query: 'q', documents: ['a'], topN: 1 });
  expect(path).toBe('/rerank');
  expect(body).toMatchObject({ model: 'm', query: 'q', ...members });
});
