import { createDispatcher } from '../../../src/adapters/providers/dispatcher.ts';
import { createHttpProvider } from '../../../src/adapters/providers/http-provider.ts';
import { asProviderId } from '../../../src/domain/ids.ts';
import type { Dialect } from '../../../src/domain/provider.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { createAnthropicCodec } from '../../../src/wire/anthropic/codec.ts';
import type { UpstreamCodec } from '../../../src/wire/codec.ts';
import { createGeminiCodec } from '../../../src/wire/gemini/codec.ts';
import { createOpenAiCodec } from '../../../src/wire/openai/codec.ts';
import { createOpenAiResponsesCodec } from '../../../src/wire/openai-responses/codec.ts';
import { describeProvider, type Situation } from '../../contract/provider.ts';
import {
  anthropicError,
  anthropicText,
  anthropicTextFrames,
  anthropicTextStream,
  anthropicTool,
  anthropicToolStream,
} from '../../fixtures/upstream/anthropic.ts';
import {
  geminiError,
  geminiText,
  geminiTextFrames,
  geminiTextStream,
  geminiTool,
  geminiToolStream,
} from '../../fixtures/upstream/gemini.ts';
import {
  openAiError,
  openAiText,
  openAiTextFrames,
  openAiTextStream,
  openAiTool,
  openAiToolStream,
} from '../../fixtures/upstream/openai.ts';
import {
  responsesText,
  responsesTextFrames,
  responsesTextStream,
  responsesTool,
  responsesToolStream,
} from '../../fixtures/upstream/openai-responses.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { eventStream, type Script, startUpstream } from '../../support/upstream.ts';

type DialectUnderTest = {
  readonly dialect: Dialect;
  readonly codec: UpstreamCodec;
  readonly basePath: string;
  readonly text: (words: readonly string[]) => Script;
  readonly textStream: (words: readonly string[]) => Script;
  readonly textFrames: (words: readonly string[]) => readonly string[];
  /** Frames before the one with the first word. */
  readonly framesBefore: number;
  readonly tool: () => Script;
  readonly toolStream: () => Script;
  /** A rate limit that says in which way this dialect says how long to wait. */
  readonly rateLimited: (seconds: number) => Script;
};

const DIALECTS: readonly DialectUnderTest[] = [
  {
    dialect: 'openai',
    codec: createOpenAiCodec({}),
    basePath: '/v1',
    text: openAiText,
    textStream: openAiTextStream,
    textFrames: openAiTextFrames,
    framesBefore: 1,
    tool: openAiTool,
    toolStream: openAiToolStream,
    rateLimited: (seconds) => ({
      ...openAiError(429, 'Rate limit reached', 'rate_limit_exceeded', 'requests'),
      headers: { 'content-type': 'application/json', 'retry-after': String(seconds) },
    }),
  },
  {
    dialect: 'openai-responses',
    codec: createOpenAiResponsesCodec(),
    basePath: '/v1',
    text: responsesText,
    textStream: responsesTextStream,
    textFrames: responsesTextFrames,
    framesBefore: 4,
    tool: responsesTool,
    toolStream: responsesToolStream,
    rateLimited: (seconds) => ({
      ...openAiError(429, 'Rate limit reached', 'rate_limit_exceeded', 'requests'),
      headers: { 'content-type': 'application/json', 'retry-after': String(seconds) },
    }),
  },
  {
    dialect: 'anthropic',
    codec: createAnthropicCodec(),
    basePath: '',
    text: anthropicText,
    textStream: anthropicTextStream,
    textFrames: anthropicTextFrames,
    framesBefore: 3,
    tool: anthropicTool,
    toolStream: anthropicToolStream,
    rateLimited: (seconds) => ({
      ...anthropicError(429, 'rate_limit_error', 'This request would exceed your rate limit'),
      headers: { 'content-type': 'application/json', 'retry-after': String(seconds) },
    }),
  },
  {
    dialect: 'gemini',
    codec: createGeminiCodec(),
    basePath: '',
    text: geminiText,
    textStream: geminiTextStream,
    textFrames: geminiTextFrames,
    framesBefore: 0,
    tool: geminiTool,
    toolStream: geminiToolStream,
    rateLimited: (seconds) =>
      geminiError(429, 'RESOURCE_EXHAUSTED', 'Resource has been exhausted', [
        { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${seconds}s` },
      ]),
  },
];

const scriptFor = (dialect: DialectUnderTest, situation: Situation): Script => {
  switch (situation.kind) {
    case 'text':
      return situation.stream ? dialect.textStream(situation.words) : dialect.text(situation.words);
    case 'tool':
      return situation.stream ? dialect.toolStream() : dialect.tool();
    case 'rateLimited':
      return dialect.rateLimited(situation.retryAfterMs / 1000);
    case 'truncated':
    case 'hang': {
      const { words } = situation;
      const count = words.length === 0 ? 0 : dialect.framesBefore + words.length;
      const frames = dialect.textFrames(words).slice(0, count);
      // In one piece, so that all of it is there as soon as any is.
      return eventStream([frames.join('')], { ending: situation.kind === 'hang' ? 'hang' : 'cut' });
    }
  }
};

const KEY = 'sk-a-key-that-nobody-may-see';

for (const dialect of DIALECTS) {
  describeProvider(`${dialect.dialect} over HTTP`, async () => {
    const upstream = await startUpstream();
    const dispatcher = createDispatcher();
    const clock = createFakeClock();
    const settings = {
      id: asProviderId('tested'),
      dialect: dialect.dialect,
      baseUrl: `${upstream.url}${dialect.basePath}`,
      apiKey: new Secret(KEY),
    };
    return {
      provider: createHttpProvider({
        settings,
        codecFor: () => dialect.codec,
        dispatcher,
        clock,
        log: recordedLog(),
      }),
      clock,
      providerModelId: 'tested-model',
      secrets: [KEY],
      prepare(situation) {
        upstream.enqueue(scriptFor(dialect, situation));
        return {};
      },
      underWay: () => upstream.received(0),
      released: () => upstream.closedByClient(0),
      async close() {
        await dispatcher.destroy();
        await upstream.close();
      },
    };
  });
}
