import type { Capability } from '../../../domain/model.ts';
import type { PerfMetric } from '../../../domain/performance.ts';
import type { PriceChange } from '../../../domain/price.ts';
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
  description: 'How a rate changed.',
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
