import {
  anthropicError,
  anthropicText,
  anthropicTextFrames,
  anthropicTool,
  anthropicToolStream,
} from '../../fixtures/upstream/anthropic.ts';
import {
  geminiError,
  geminiText,
  geminiTextFrames,
  geminiTool,
  geminiToolStream,
} from '../../fixtures/upstream/gemini.ts';
import {
  openAiError,
  openAiText,
  openAiTextFrames,
  openAiTool,
  openAiToolStream,
} from '../../fixtures/upstream/openai.ts';
import type { Script } from '../../support/upstream.ts';

/** One dialect as the graph's tests see it: a model, and an upstream that answers for it. */
export type Dialect = {
  readonly name: string;
  readonly model: string;
  /** Exact USD of 12 uncached and 7 cached input tokens and 3 output tokens, by the seed's rates. */
  readonly costOfThreeWords: string;
  readonly textFrames: (words: readonly string[]) => readonly string[];
  readonly text: (words: readonly string[]) => Script;
  readonly toolStream: () => Script;
  readonly tool: () => Script;
  /** A refused key, the key itself in the provider's message. */
  readonly refusedKey: (key: string) => Script;
};

export const KEYS = {
  openai: 'sk-test-openai-secret',
  anthropic: 'sk-ant-test-secret',
  google: 'AIza-test-secret',
};

export const DIALECTS: readonly Dialect[] = [
  {
    name: 'openai',
    model: 'openai/gpt-4o-mini',
    // 12 x 0.15 + 7 x 0.075 + 3 x 0.60, per 1,000,000
    costOfThreeWords: '0.000004125',
    textFrames: openAiTextFrames,
    text: openAiText,
    toolStream: openAiToolStream,
    tool: openAiTool,
    refusedKey: (key) => openAiError(401, `Incorrect API key provided: ${key}.`, 'invalid_api_key'),
  },
  {
    name: 'anthropic',
    model: 'anthropic/claude-sonnet-4-5',
    // 12 x 3 + 7 x 0.30 + 3 x 15, per 1,000,000
    costOfThreeWords: '0.0000831',
    textFrames: anthropicTextFrames,
    text: anthropicText,
    toolStream: anthropicToolStream,
    tool: anthropicTool,
    refusedKey: (key) => anthropicError(401, 'authentication_error', `invalid x-api-key ${key}`),
  },
  {
    name: 'gemini',
    model: 'google/gemini-2.5-flash',
    // 12 x 0.30 + 7 x 0.03 + 3 x 2.50, per 1,000,000
    costOfThreeWords: '0.00001131',
    textFrames: geminiTextFrames,
    text: geminiText,
    toolStream: geminiToolStream,
    tool: geminiTool,
    refusedKey: (key) =>
      geminiError(400, 'INVALID_ARGUMENT', `API key not valid: ${key}`, [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'API_KEY_INVALID',
          domain: 'googleapis.com',
        },
      ]),
  },
];

/** Of OpenAI's dialect, and nothing is known of what it lacks. */
export const OWN_MODEL = 'lab/own';

/**
 * A config file whose three labs, and a server of one's own, are all played by one upstream. Tests of one file share each model, and make it fail on
 * purpose, in a row: no breaker shall open meanwhile. Each completion is one call, as a lab has a model under several ids.
 */
export const configFor = (upstreamUrl: string): string => `
routing:
  breaker: { consecutiveFailures: 1000, minSamples: 1000000 }
  fallback: { maxAttempts: 1 }
providers:
  - id: openai
    apiKey: ${KEYS.openai}
    baseUrl: ${upstreamUrl}/v1
  - id: anthropic
    apiKey: ${KEYS.anthropic}
    baseUrl: ${upstreamUrl}
  - id: gemini
    apiKey: ${KEYS.google}
    baseUrl: ${upstreamUrl}
  - id: own
    dialect: openai
    apiKey: ${KEYS.openai}
    baseUrl: ${upstreamUrl}/v1
    models: [{ id: own-1, model: ${OWN_MODEL} }]
`;
