import { row } from '../price-rows.ts';
import { INPUT, OUTPUT, output, type PriceFixture } from './price-fixture.ts';

const madeImage = { family: 'IMAGES', direction: 'OUTPUT', modality: 'IMAGE' } as const;
const IMAGE = 'images.output.image.plain';

// gpt-image-1: by image, quality and size as LiteLLM and Portkey agree (0.011, 0.042, 0.167 square; 0.016, 0.063, 0.25 else); by
// token 5, images in 10, images out 40 (genai-prices, LiteLLM; the 40 stands in plain output at genai-prices).
const gptImage1 = [
  ...(
    [
      ['low', '1024x1024', '0.011'],
      ['low', '1024x1536', '0.016'],
      ['medium', '1024x1024', '0.042'],
      ['medium', '1024x1536', '0.063'],
      ['high', '1024x1024', '0.167'],
      ['high', '1024x1536', '0.25'],
    ] as const
  ).map(([quality, size, amount]) =>
    row(amount, { ...madeImage, attributes: { quality, size } }, { per: 1 }),
  ),
  row('5'),
  row('10', { modality: 'IMAGE' }),
  row('40', { direction: 'OUTPUT', modality: 'IMAGE' }),
];

// gpt-audio: 2.5, 10; audio 32 in and 64 out. genai-prices and LiteLLM agree.
const gptAudio = [
  row('2.5'),
  row('10', output),
  row('32', { modality: 'AUDIO' }),
  row('64', { modality: 'AUDIO', direction: 'OUTPUT' }),
];

// whisper-1: 0.36 an hour (genai-prices) is 0.0001 a second (LiteLLM) is 0.006 a minute (OpenAI's page).
const minute = { family: 'SECONDS', modality: 'AUDIO' } as const;
const whisper = [row('0.006', minute, { per: 60 })];

// tts-1: 15 for a million characters (OpenAI's page; LiteLLM, also as Azure's).
const tts1 = [row('15', { family: 'CHARACTERS' })];

// Mistral's OCR: 0.004 a page, 0.005 with annotations (LiteLLM; genai-prices has both by the thousand pages).
const page = { family: 'PAGES', direction: 'INPUT', modality: 'DOCUMENT', tokenType: 'PLAIN' } as const;
const ocr = [
  row('4', page, { per: 1000 }),
  row('5', { ...page, attributes: { annotated: 'true' } }, { per: 1000 }),
];

// Gemini 2.5 Pro: a million tokens in its cache cost 4.5 an hour (Google's page).
const stored = { family: 'TOKEN_HOURS', direction: 'INPUT', modality: 'TEXT', tokenType: 'PLAIN' } as const;
const cacheStorage = [row('1.25'), row('4.5', stored)];

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
    prices: gptImage1,
    usage: { images: 3 },
    attributes: { quality, size },
    lines: [[IMAGE, 3, rate, total]] as const,
    total: `${total} USD`,
  })),
  {
    name: 'gpt-image-1, a quality that nobody knows',
    prices: gptImage1,
    usage: { images: 1 },
    attributes: { size: '1024x1024' },
    lines: [],
    total: `METER_UNPRICED ${IMAGE}`,
  },
  {
    name: 'gpt-image-1, by token where the provider counts these',
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
    prices: whisper,
    usage: { seconds: 90 },
    lines: [['seconds.input.audio.plain', 90, '0.006', '0.009']],
    total: '0.009 USD',
  },
  {
    name: 'whisper-1, where its rate names no direction',
    prices: [row('0.36', { ...minute, direction: 'NONE' }, { per: 3600 })],
    usage: { seconds: 12.5 },
    lines: [['seconds.input.audio.plain', 12.5, '0.36', '0.00125']],
    total: '0.00125 USD',
  },
  {
    name: 'tts-1, by character',
    prices: tts1,
    usage: { characters: 4096 },
    lines: [['characters.input.text.plain', 4096, '15', '0.06144']],
    total: '0.06144 USD',
  },
  {
    name: 'pages',
    prices: ocr,
    usage: {},
    extras: [{ meter: page, quantity: 12 }],
    lines: [['pages.input.document.plain', 12, '4', '0.048']],
    total: '0.048 USD',
  },
  {
    name: 'pages with annotations',
    prices: ocr,
    usage: {},
    extras: [{ meter: { ...page, attributes: { annotated: 'true' } }, quantity: 12 }],
    lines: [['pages.input.document.plain', 12, '5', '0.06']],
    total: '0.06 USD',
  },
  {
    name: 'tokens kept in a cache for two hours',
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
