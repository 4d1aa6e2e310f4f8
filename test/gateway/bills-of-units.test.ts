import { expect, it } from 'vitest';
import { asOfferingId } from '../../src/domain/ids.ts';
import type { OperationInputs } from '../../src/domain/operation.ts';
import type { Price } from '../../src/domain/price.ts';
import type { Usage } from '../../src/domain/usage.ts';
import { row } from '../catalogue/price-rows.ts';
import { catalogueOf } from './harness.ts';
import { beginWith, commandOf, done, PNG, png } from './operation-harness.ts';

const at = (price: Price): Price => ({ ...price, offeringId: asOfferingId('first/talker') });
const anImage = at(row('0.02', { family: 'IMAGES', direction: 'OUTPUT', modality: 'IMAGE' }, { per: 1 }));
const letters = at(row('15', { family: 'CHARACTERS' }));
const second = at(row('0.5', { family: 'SECONDS', modality: 'AUDIO' }, { per: 1 }));
const call = at(row('0.002', { family: 'REQUESTS', direction: 'NONE', modality: 'NONE' }, { per: 1 }));
const tokens = [
  at(row('5')),
  at(row('40', { direction: 'OUTPUT', modality: 'IMAGE' })),
  at(row('12', { direction: 'OUTPUT', modality: 'AUDIO' })),
];

type Works = 'IMAGE_GENERATION' | 'SPEECH' | 'TRANSCRIPTION' | 'RERANK' | 'EMBEDDING' | 'MODERATION';
const INPUTS: { readonly [Kind in Works]: OperationInputs[Kind] } = {
  IMAGE_GENERATION: { prompt: 'dawn', images: [] },
  SPEECH: { text: 'Hi 🦊' },
  TRANSCRIPTION: { audio: { mediaType: 'audio/wav', bytes: PNG }, task: 'TRANSCRIBE' },
  RERANK: { query: 'q', documents: ['a'] },
  EMBEDDING: { inputs: ['one'] },
  MODERATION: { inputs: [{ kind: 'text', text: 'one' }] },
};
const RESULTS: { readonly [Kind in Works]: Parameters<typeof done>[0] } = {
  IMAGE_GENERATION: { images: [{ image: png }, { image: png }] },
  SPEECH: { audio: { mediaType: 'audio/mpeg', bytes: PNG } },
  TRANSCRIPTION: { text: 'Hi', segments: [], words: [], durationSeconds: 3 },
  RERANK: { ranking: [{ index: 0, score: 1 }] },
  EMBEDDING: { vectors: [[1]] },
  MODERATION: { verdicts: [{ flagged: false, categories: [] }] },
};

const recordOf = async (operation: Works, prices: readonly Price[], reported: Partial<Usage> | undefined) => {
  const catalogue = { ...catalogueOf(['first']), pricesOf: () => prices };
  const { first, perform } = beginWith(['first'], { operations: [operation] }, { catalogue });
  first.answerOperation(done(RESULTS[operation], reported));
  const answer = await perform(commandOf(operation, INPUTS[operation]));
  if (answer.kind !== 'DONE') throw new Error(answer.kind);
  const { cost, usage } = answer.record;
  return { usage, cost: cost.kind === 'PRICED' ? cost.total.toString() : cost };
};

it.each<[Works, string, readonly Price[], Partial<Usage>, string, Partial<Usage>]>([
  [
    'IMAGE_GENERATION',
    'the image',
    [anImage],
    { input: 9, imageOutput: 90 },
    '0.04',
    { images: 2, input: 9 },
  ],
  ['IMAGE_GENERATION', 'the token', tokens, { input: 1_000, imageOutput: 1_000 }, '0.045', { images: 0 }],
  [
    'IMAGE_GENERATION',
    'the token, not the image as well',
    [anImage, ...tokens],
    { input: 1_000, imageOutput: 1_000 },
    '0.045',
    { images: 0 },
  ],
  ['SPEECH', 'the character', [letters], { input: 3, audioOutput: 90 }, '0.00006', { characters: 4 }],
  [
    'SPEECH',
    'the token',
    [letters, ...tokens],
    { input: 1_000, audioOutput: 1_000 },
    '0.017',
    { characters: 0 },
  ],
  ['TRANSCRIPTION', 'the second', [second], { audioInput: 30, output: 9 }, '1.5', { seconds: 3 }],
  ['RERANK', 'the call', [call], { input: 30 }, '0.002', { input: 30 }],
  ['RERANK', 'the call beside tokens', [call, ...tokens], { input: 1_000 }, '0.007', { input: 1_000 }],
  ['EMBEDDING', 'the call', [call], { input: 30 }, '0.002', { input: 30 }],
  ['MODERATION', 'the call', [call], { input: 30 }, '0.002', { input: 30 }],
])('%s whose provider reports tokens is billed by %s, as its prices say', async (...given) => {
  const [operation, , prices, reported, total, usage] = given;
  expect(await recordOf(operation, prices, reported)).toMatchObject({ cost: total, usage });
});

it.each<[Works, readonly Price[], string]>([
  ['IMAGE_GENERATION', [anImage], '0.04'],
  ['SPEECH', [letters], '0.00006'],
  ['TRANSCRIPTION', [second], '1.5'],
  ['RERANK', [call], '0.002'],
])(
  '%s whose provider reports nothing is billed by what can be counted here',
  async (operation, prices, total) => {
    expect((await recordOf(operation, prices, undefined)).cost).toBe(total);
  },
);

it.each<[Works]>([['IMAGE_GENERATION'], ['SPEECH'], ['RERANK']])(
  '%s whose provider reports nothing of the tokens that it bills is not known to cost anything',
  async (operation) => {
    expect(await recordOf(operation, tokens, undefined)).toMatchObject({ cost: { reason: 'NO_USAGE' } });
  },
);
