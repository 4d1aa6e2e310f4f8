import type { Capability } from '../../../domain/model.ts';
import type { PerfMetric } from '../../../domain/performance.ts';
import type { PriceChange } from '../../../domain/price.ts';
import type { UsageKind } from '../../../domain/usage.ts';
import { builder } from '../builder.ts';

export const CapabilityEnum = builder.enumType('Capability', {
  description: 'What a model can be asked to do.',
  values: {
    COMPLETION: { description: 'To answer messages.' },
    TOOLS: { description: 'To call tools that the caller describes.' },
    STRUCTURED_OUTPUT: { description: 'To answer in JSON of a given schema.' },
    REASONING: { description: 'To think before it answers.' },
    PROMPT_CACHING: { description: 'To read a prompt from a cache at a lower rate.' },
    WEB_SEARCH: { description: "To search the web with the provider's own tool." },
    COMPUTER_USE: { description: 'To work a screen, a mouse and a keyboard.' },
    EMBEDDING: { description: 'To give vectors of texts.' },
    RERANK: { description: 'To sort documents by relevance.' },
    MODERATION: { description: 'To judge whether content is harmful.' },
    IMAGE_GENERATION: { description: 'To make images.' },
    VIDEO_GENERATION: { description: 'To make films.' },
    SPEECH: { description: 'To speak a text.' },
    TRANSCRIPTION: { description: 'To write down what is said.' },
    OCR: { description: 'To read the text of documents and images.' },
  } satisfies { [Each in Capability]: { description: string } },
});

export const PriceChangeKindEnum = builder.enumType('PriceChangeKind', {
  description: 'What became of a rate.',
  values: {
    ADDED: { description: 'It is served from now on.' },
    CHANGED: { description: 'Another amount is served in its place.' },
    REMOVED: { description: 'It is no longer served.' },
  } satisfies { [Kind in PriceChange['kind']]: { description: string } },
});

export const PerfMetricEnum = builder.enumType('PerfMetric', {
  description: 'What was measured.',
  values: {
    TTFT_MS: { description: 'Milliseconds to the first token.' },
    OUTPUT_TPS: { description: 'Output tokens a second after the first.' },
    ERROR_RATE: { description: "Share of calls that failed by the provider's fault, 0 to 1." },
    UPTIME: { description: 'Share of time or calls in which it answered, 0 to 1.' },
  } satisfies { [Metric in PerfMetric]: { description: string } },
});

/** GraphQL's names of what a request uses. */
const KINDS = {
  INPUT: { value: 'input', description: 'Plain text tokens sent.' },
  CACHE_READ: { value: 'cacheRead', description: 'Tokens read from a prompt cache.' },
  CACHE_WRITE_5M: { value: 'cacheWrite5m', description: 'Tokens written to a cache for 5 minutes.' },
  CACHE_WRITE_1H: { value: 'cacheWrite1h', description: 'Tokens written to a cache for an hour.' },
  OUTPUT: { value: 'output', description: 'Plain text tokens answered.' },
  REASONING: {
    value: 'reasoning',
    description: 'Tokens thought; plain output where they have no rate of their own.',
  },
  AUDIO_INPUT: { value: 'audioInput', description: 'Tokens of sound sent.' },
  AUDIO_OUTPUT: { value: 'audioOutput', description: 'Tokens of sound answered.' },
  IMAGE_INPUT: { value: 'imageInput', description: 'Tokens of images sent.' },
  IMAGE_OUTPUT: { value: 'imageOutput', description: 'Tokens of images answered.' },
  IMAGES: { value: 'images', description: 'Images made.' },
  SECONDS: { value: 'seconds', description: 'Seconds of sound sent.' },
  CHARACTERS: { value: 'characters', description: 'Characters of text sent.' },
  REQUESTS: { value: 'requests', description: 'Requests.' },
} as const satisfies { [name: string]: { value: UsageKind; description: string } };

export const UsageKindEnum = builder.enumType('UsageKind', {
  description: 'What a request uses, and is billed by.',
  values: KINDS,
});
