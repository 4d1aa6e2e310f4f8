import { row } from '../price-rows.ts';
import { genaiPrices, liteLlm, page, real } from './price-evidence.ts';
import { INPUT, OUTPUT, output, type PriceFixture } from './price-fixture.ts';

const madeImage = { family: 'IMAGES', direction: 'OUTPUT', modality: 'IMAGE' } as const;
const IMAGE = 'images.output.image.plain';

const IMAGE_INPUT = 'tokens.input.image.plain';
const IMAGE_OUTPUT = 'tokens.output.image.plain';
const AUDIO_INPUT = 'tokens.input.audio.plain';
const AUDIO_OUTPUT = 'tokens.output.audio.plain';

const BY_IMAGE = [
  ['low', '1024x1024', '0.011'],
  ['low', '1024x1536', '0.016'],
  ['medium', '1024x1024', '0.042'],
  ['medium', '1024x1536', '0.063'],
  ['high', '1024x1024', '0.167'],
  ['high', '1024x1536', '0.25'],
] as const;
const gptImage1 = [
  ...BY_IMAGE.map(([quality, size, amount]) =>
    row(amount, { ...madeImage, attributes: { quality, size } }, { per: 1 }),
  ),
  row('5'),
  row('10', { modality: 'IMAGE' }),
  row('40', { direction: 'OUTPUT', modality: 'IMAGE' }),
];

const imageRow = (quality: string, size: string): string => `${IMAGE} quality=${quality}&size=${size}`;
const gptImage1Evidence = real(
  page(
    'PROVIDER',
    "OpenAI's page of gpt-image-1",
    'https://developers.openai.com/ja-JP/api/docs/models/gpt-image-1',
    {
      ...Object.fromEntries(BY_IMAGE.map(([quality, size, amount]) => [imageRow(quality, size), amount])),
      [INPUT]: '5',
      [IMAGE_INPUT]: '10',
      [IMAGE_OUTPUT]: '40',
    },
  ),
  ...BY_IMAGE.map(([quality, size]) =>
    liteLlm(`${quality}/${size.replace('x', '-x-')}/gpt-image-1`, {
      [imageRow(quality, size)]: 'input_cost_per_image',
    }),
  ),
  liteLlm('gpt-image-1', {
    [INPUT]: 'input_cost_per_token',
    [IMAGE_INPUT]: 'input_cost_per_image_token',
    [IMAGE_OUTPUT]: 'output_cost_per_image_token',
  }),
  // Its rate of images stands where others have plain output.
  genaiPrices('openai', 'gpt-image-1', {
    [INPUT]: 'input_mtok',
    [IMAGE_INPUT]: 'input_image_mtok',
    [IMAGE_OUTPUT]: 'output_mtok',
  }),
);

const gptAudioEvidence = real(
  genaiPrices('openai', 'gpt-audio', {
    [INPUT]: 'input_mtok',
    [OUTPUT]: 'output_mtok',
    [AUDIO_INPUT]: 'input_audio_mtok',
    [AUDIO_OUTPUT]: 'output_audio_mtok',
  }),
  liteLlm('gpt-audio', {
    [INPUT]: 'input_cost_per_token',
    [OUTPUT]: 'output_cost_per_token',
    [AUDIO_INPUT]: 'input_cost_per_audio_token',
    [AUDIO_OUTPUT]: 'output_cost_per_audio_token',
  }),
);
const gptAudio = [
  row('2.5'),
  row('10', output),
  row('32', { modality: 'AUDIO' }),
  row('64', { modality: 'AUDIO', direction: 'OUTPUT' }),
];

const minute = { family: 'SECONDS', modality: 'AUDIO' } as const;
const whisper = [row('0.006', minute, { per: 60 })];

const whisperEvidence = (line: string) =>
  real(
    genaiPrices('openai', 'whisper-1', { [line]: { at: 'input_audio_hours', of: 3600 } }),
    liteLlm('whisper-1', { [line]: 'input_cost_per_second' }),
  );

const tts1 = [row('15', { family: 'CHARACTERS' })];

const tts1Evidence = real(
  page('PROVIDER', "OpenAI's page of tts-1", 'https://developers.openai.com/api/docs/models/tts-1', {
    'characters.input.text.plain': '15',
  }),
  liteLlm('tts-1', { 'characters.input.text.plain': 'input_cost_per_character' }),
);

const pages = { family: 'PAGES', direction: 'INPUT', modality: 'DOCUMENT', tokenType: 'PLAIN' } as const;
const ocr = [
  row('4', pages, { per: 1000 }),
  row('5', { ...pages, attributes: { annotated: 'true' } }, { per: 1000 }),
];

const PAGE = 'pages.input.document.plain';
const ocrEvidence = real(
  genaiPrices('mistral', 'mistral-ocr-4-0', {
    [PAGE]: { at: 'input_document_kpages', of: 1000 },
    [`${PAGE} annotated=true`]: { at: 'input_annotated_document_kpages', of: 1000 },
  }),
  liteLlm('mistral/mistral-ocr-4-0', {
    [PAGE]: 'ocr_cost_per_page',
    [`${PAGE} annotated=true`]: 'annotation_cost_per_page',
  }),
);

const stored = { family: 'TOKEN_HOURS', direction: 'INPUT', modality: 'TEXT', tokenType: 'PLAIN' } as const;
const cacheStorage = [row('1.25'), row('4.5', stored)];

const STORED = 'token_hours.input.text.plain';
// Two people quote Google's page at different times; only the rate of reading changed between them.
const storageEvidence = real(
  genaiPrices('google', 'gemini-2.5-pro', { [INPUT]: 'input_mtok.base' }),
  liteLlm('gemini/gemini-2.5-pro', { [INPUT]: 'input_cost_per_token' }),
  page(
    'OTHER',
    'a question about prompts over 200k',
    'https://discuss.ai.google.dev/t/gemini-2-5-pro-context-cache-pricing-per-request-vs-cumulative-token-counting/92919',
    { [STORED]: '4.5' },
  ),
  page(
    'OTHER',
    'a question about the creation of caches',
    'https://discuss.ai.google.dev/t/question-about-gemini-api-caching-pricing/107349',
    { [STORED]: '4.5' },
  ),
);

export const mediaFixtures: readonly PriceFixture[] = [
  ...(
    [
      ['low', '1024x1024', '0.011', '0.033'],
      ['medium', '1024x1536', '0.063', '0.189'],
      ['high', '1024x1024', '0.167', '0.501'],
      ['high', '1024x1536', '0.25', '0.75'],
    ] as const
  ).map(([quality, size, rate, total]) => ({
    name: `gpt-image-1, three of ${quality} quality, ${size}`,
    evidence: gptImage1Evidence,
    prices: gptImage1,
    usage: { images: 3 },
    attributes: { quality, size },
    lines: [[IMAGE, 3, rate, total]] as const,
    total: `${total} USD`,
  })),
  {
    name: 'gpt-image-1, a quality that nobody knows',
    evidence: gptImage1Evidence,
    prices: gptImage1,
    usage: { images: 1 },
    attributes: { size: '1024x1024' },
    lines: [],
    total: `METER_UNPRICED ${IMAGE}`,
  },
  {
    name: 'gpt-image-1, by token where the provider counts these',
    evidence: gptImage1Evidence,
    prices: gptImage1,
    usage: { input: 100, imageInput: 1000, imageOutput: 4160 },
    attributes: { quality: 'high', size: '1024x1024' },
    lines: [
      [INPUT, 100, '5', '0.0005'],
      ['tokens.input.image.plain', 1000, '10', '0.01'],
      ['tokens.output.image.plain', 4160, '40', '0.1664'],
    ],
    total: '0.1769 USD',
  },
  {
    name: 'gpt-audio, audio by token',
    evidence: gptAudioEvidence,
    prices: gptAudio,
    usage: { input: 100, audioInput: 500, output: 50, audioOutput: 250 },
    lines: [
      [INPUT, 100, '2.5', '0.00025'],
      [OUTPUT, 50, '10', '0.0005'],
      ['tokens.input.audio.plain', 500, '32', '0.016'],
      ['tokens.output.audio.plain', 250, '64', '0.016'],
    ],
    total: '0.03275 USD',
  },
  {
    name: 'whisper-1, by minute',
    evidence: whisperEvidence('seconds.input.audio.plain'),
    prices: whisper,
    usage: { seconds: 90 },
    lines: [['seconds.input.audio.plain', 90, '0.006', '0.009']],
    total: '0.009 USD',
  },
  {
    name: 'whisper-1, where its rate names no direction',
    evidence: whisperEvidence('seconds.none.audio.plain'),
    prices: [row('0.36', { ...minute, direction: 'NONE' }, { per: 3600 })],
    usage: { seconds: 12.5 },
    lines: [['seconds.input.audio.plain', 12.5, '0.36', '0.00125']],
    total: '0.00125 USD',
  },
  {
    name: 'tts-1, by character',
    evidence: tts1Evidence,
    prices: tts1,
    usage: { characters: 4096 },
    lines: [['characters.input.text.plain', 4096, '15', '0.06144']],
    total: '0.06144 USD',
  },
  {
    name: 'Mistral OCR 4, pages',
    evidence: ocrEvidence,
    prices: ocr,
    usage: {},
    extras: [{ meter: pages, quantity: 12 }],
    lines: [['pages.input.document.plain', 12, '4', '0.048']],
    total: '0.048 USD',
  },
  {
    name: 'Mistral OCR 4, pages with annotations',
    evidence: ocrEvidence,
    prices: ocr,
    usage: {},
    extras: [{ meter: { ...pages, attributes: { annotated: 'true' } }, quantity: 12 }],
    lines: [['pages.input.document.plain', 12, '5', '0.06']],
    total: '0.06 USD',
  },
  {
    name: 'Gemini 2.5 Pro, 100,000 tokens kept in a cache for two hours',
    evidence: storageEvidence,
    prices: cacheStorage,
    usage: { input: 1000 },
    extras: [{ meter: stored, quantity: 200_000 }],
    lines: [
      [INPUT, 1000, '1.25', '0.00125'],
      ['token_hours.input.text.plain', 200_000, '4.5', '0.9'],
    ],
    total: '0.90125 USD',
  },
];
