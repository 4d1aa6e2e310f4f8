import { createDispatcher } from '../../../../src/adapters/providers/dispatcher.ts';
import { bedrock } from '../../../../src/adapters/providers/known/bedrock.ts';
import { cohere } from '../../../../src/adapters/providers/known/cohere.ts';
import type { KnownProvider } from '../../../../src/adapters/providers/known-provider.ts';
import { Secret } from '../../../../src/domain/secret.ts';
import { describeProvider, type Situation } from '../../../contract/provider.ts';
import {
  bedrockError,
  bedrockStream,
  bedrockText,
  bedrockTextFrames,
  bedrockTextStream,
  bedrockTool,
  bedrockToolStream,
} from '../../../fixtures/upstream/bedrock.ts';
import {
  cohereError,
  cohereText,
  cohereTextFrames,
  cohereTextStream,
  cohereTool,
  cohereToolStream,
} from '../../../fixtures/upstream/cohere.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { recordedLog } from '../../../support/recorded-log.ts';
import { eventStream, type Script, startUpstream } from '../../../support/upstream.ts';

type UnderTest = {
  readonly known: KnownProvider;
  readonly model: string;
  readonly text: (words: readonly string[]) => Script;
  readonly textStream: (words: readonly string[]) => Script;
  /** Breaks off or hangs after these words. */
  readonly unfinished: (words: readonly string[], ending: 'cut' | 'hang') => Script;
  readonly tool: () => Script;
  readonly toolStream: () => Script;
  readonly rateLimited: (seconds: number) => Script;
};

const PROVIDERS: readonly UnderTest[] = [
  {
    known: bedrock,
    model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    text: bedrockText,
    textStream: bedrockTextStream,
    unfinished(words, ending) {
      const frames = bedrockTextFrames(words).slice(0, words.length === 0 ? 0 : words.length + 1);
      return bedrockStream([Buffer.concat(frames)], { ending });
    },
    tool: bedrockTool,
    toolStream: bedrockToolStream,
    rateLimited: (seconds) =>
      bedrockError(429, 'ThrottlingException', 'Too many requests, please wait before trying again.', {
        'retry-after': String(seconds),
      }),
  },
  {
    known: cohere,
    model: 'command-a-03-2025',
    text: cohereText,
    textStream: cohereTextStream,
    unfinished: (words, ending) =>
      eventStream(
        [
          cohereTextFrames(words)
            .slice(0, words.length === 0 ? 0 : words.length + 2)
            .join(''),
        ],
        {
          ending,
        },
      ),
    tool: cohereTool,
    toolStream: cohereToolStream,
    rateLimited: (seconds) =>
      cohereError(429, 'You are past the per minute request limit, please wait and try again later.', {
        'retry-after': String(seconds),
      }),
  },
];

const scriptFor = (tested: UnderTest, situation: Situation): Script => {
  switch (situation.kind) {
    case 'text':
      return situation.stream ? tested.textStream(situation.words) : tested.text(situation.words);
    case 'tool':
      return situation.stream ? tested.toolStream() : tested.tool();
    case 'rateLimited':
      return tested.rateLimited(situation.retryAfterMs / 1000);
    case 'truncated':
      return tested.unfinished(situation.words, 'cut');
    case 'hang':
      return tested.unfinished(situation.words, 'hang');
  }
};

const KEY = 'a-key-that-nobody-may-see';

for (const tested of PROVIDERS) {
  describeProvider(`${tested.known.name} through its package`, async () => {
    const upstream = await startUpstream();
    const dispatcher = createDispatcher();
    const clock = createFakeClock();
    if (tested.known.api.kind !== 'LIBRARY') throw new Error('not reached through a package');
    const provider = await tested.known.api.connect(
      {
        id: tested.known.id,
        baseUrl: upstream.url,
        apiKey: new Secret(KEY),
        variables: { AWS_REGION: 'us-east-1' },
      },
      { dispatcher, clock, log: recordedLog() },
    );
    return {
      provider,
      clock,
      providerModelId: tested.model,
      secrets: [KEY],
      prepare(situation) {
        upstream.enqueue(scriptFor(tested, situation));
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
