import type { Meter } from './price.ts';

const token = (
  direction: Meter['direction'],
  modality: Meter['modality'],
  tokenType: Meter['tokenType'] = 'PLAIN',
): Meter => ({ family: 'TOKENS', direction, modality, tokenType });

/** Meters that lists of prices speak of. */
export const METERS = {
  input: token('INPUT', 'TEXT'),
  output: token('OUTPUT', 'TEXT'),
  cacheRead: token('INPUT', 'TEXT', 'CACHE_READ'),
  cacheWrite5m: token('INPUT', 'TEXT', 'CACHE_WRITE_5M'),
  cacheWrite1h: token('INPUT', 'TEXT', 'CACHE_WRITE_1H'),
  reasoning: token('OUTPUT', 'TEXT', 'REASONING'),
  citation: token('OUTPUT', 'TEXT', 'CITATION'),
  audioInput: token('INPUT', 'AUDIO'),
  audioOutput: token('OUTPUT', 'AUDIO'),
  audioCacheRead: token('INPUT', 'AUDIO', 'CACHE_READ'),
  imageInput: token('INPUT', 'IMAGE'),
  imageOutput: token('OUTPUT', 'IMAGE'),
  imageCacheRead: token('INPUT', 'IMAGE', 'CACHE_READ'),
  videoInput: token('INPUT', 'VIDEO'),
  videoOutput: token('OUTPUT', 'VIDEO'),
  images: { family: 'IMAGES', direction: 'OUTPUT', modality: 'IMAGE', tokenType: 'PLAIN' },
  imagesIn: { family: 'IMAGES', direction: 'INPUT', modality: 'IMAGE', tokenType: 'PLAIN' },
  pixels: { family: 'PIXELS', direction: 'OUTPUT', modality: 'IMAGE', tokenType: 'PLAIN' },
  charactersIn: { family: 'CHARACTERS', direction: 'INPUT', modality: 'TEXT', tokenType: 'PLAIN' },
  charactersOut: { family: 'CHARACTERS', direction: 'OUTPUT', modality: 'TEXT', tokenType: 'PLAIN' },
  audioSeconds: { family: 'SECONDS', direction: 'NONE', modality: 'AUDIO', tokenType: 'PLAIN' },
  audioSecondsIn: { family: 'SECONDS', direction: 'INPUT', modality: 'AUDIO', tokenType: 'PLAIN' },
  audioSecondsOut: { family: 'SECONDS', direction: 'OUTPUT', modality: 'AUDIO', tokenType: 'PLAIN' },
  videoSecondsIn: { family: 'SECONDS', direction: 'INPUT', modality: 'VIDEO', tokenType: 'PLAIN' },
  videoSecondsOut: { family: 'SECONDS', direction: 'OUTPUT', modality: 'VIDEO', tokenType: 'PLAIN' },
  capacitySeconds: { family: 'SECONDS', direction: 'NONE', modality: 'NONE', tokenType: 'PLAIN' },
  requests: { family: 'REQUESTS', direction: 'NONE', modality: 'NONE', tokenType: 'PLAIN' },
  pages: { family: 'PAGES', direction: 'INPUT', modality: 'DOCUMENT', tokenType: 'PLAIN' },
  toolCalls: { family: 'TOOL_CALLS', direction: 'NONE', modality: 'NONE', tokenType: 'PLAIN' },
  cacheStorage: { family: 'TOKEN_HOURS', direction: 'INPUT', modality: 'TEXT', tokenType: 'PLAIN' },
} as const satisfies { readonly [name: string]: Meter };

/** How many units the amount of a row buys, so that rows of all sources can be compared. */
export const perOf = (meter: Meter): number => {
  switch (meter.family) {
    case 'TOKENS':
    case 'CHARACTERS':
    case 'PIXELS':
    case 'TOKEN_HOURS':
      return 1_000_000;
    case 'SECONDS':
      return meter.modality === 'AUDIO' ? 3600 : 1;
    case 'PAGES':
    case 'REQUESTS':
    case 'TOOL_CALLS':
      return 1000;
    case 'IMAGES':
      return 1;
  }
};
