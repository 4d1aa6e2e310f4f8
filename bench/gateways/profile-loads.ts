import {
  ANTHROPIC,
  chatAsk,
  embeddingsAsk,
  historyAsk,
  longPromptAsk,
  messagesAsk,
  mutationAsk,
  OPENAI,
  pictureAsk,
  subscriptionAsk,
  toolsAsk,
} from './asks.ts';
import { startLoad, withoutErrors } from './load.ts';
import { KEY, type Process, SOURCES, startModelgraph, startProgram } from './processes.ts';
import { INSPECT_FLAG, type Inspector, inspect } from './profile-inspector.ts';
import { between, type CpuProfile } from './profile-summary.ts';
import { nowUs } from './streams-clock.ts';
import { startReader } from './streams-load.ts';
import type { Transport } from './streams-message.ts';
import { socketAsk } from './streams-subjects.ts';
import type { Ask } from './subject.ts';

export const LOADS = [
  'chat',
  'translated',
  'messages',
  'mutation',
  'embeddings',
  'messages-200',
  'tools-64',
  'long-prompt',
  'picture',
  'stream-chat',
  'stream-translated',
  'stream-messages',
  'stream-sse',
  'stream-sse-uncoalesced',
  'stream-ws',
  'stream-ws-uncoalesced',
] as const;
export type LoadName = (typeof LOADS)[number];
export const isLoad = (name: string): name is LoadName => LOADS.some((load) => load === name);

type Whole = { readonly kind: 'WHOLE'; readonly ask: Ask; readonly connections: number };
type Streamed = { readonly kind: 'STREAMED'; readonly ask: Ask; readonly transport: Transport };

const CONNECTIONS = 32;
const STREAMS = 200;
const WARM_UP_MS = 4_000;
const SAMPLE_EVERY_US = 200;

const whole = (ask: Ask, connections = CONNECTIONS): Whole => ({ kind: 'WHOLE', ask, connections });
const streamed = (ask: Ask, transport: Transport = 'HTTP'): Streamed => ({
  kind: 'STREAMED',
  ask,
  transport,
});
const stream = { stream: true };

const LOAD_BY_NAME: { readonly [Name in LoadName]: Whole | Streamed } = {
  chat: whole(chatAsk(OPENAI)),
  translated: whole(chatAsk(ANTHROPIC)),
  messages: whole(messagesAsk(ANTHROPIC)),
  mutation: whole(mutationAsk),
  embeddings: whole(embeddingsAsk),
  'messages-200': whole(historyAsk(200)),
  'tools-64': whole(toolsAsk(64)),
  'long-prompt': whole(longPromptAsk, 4),
  picture: whole(pictureAsk, 4),
  'stream-chat': streamed(chatAsk(OPENAI, stream)),
  'stream-translated': streamed(chatAsk(ANTHROPIC, stream)),
  'stream-messages': streamed(messagesAsk(ANTHROPIC, stream)),
  'stream-sse': streamed(subscriptionAsk()),
  'stream-sse-uncoalesced': streamed(subscriptionAsk(0)),
  'stream-ws': streamed(socketAsk(), 'GRAPHQL_WS'),
  'stream-ws-uncoalesced': streamed(socketAsk(0), 'GRAPHQL_WS'),
};

type Log = (line: string) => void;

const drive = async (
  name: LoadName,
  server: Process,
  ms: number,
  begin: () => void,
  end: () => void,
  log: Log,
): Promise<void> => {
  const load = LOAD_BY_NAME[name];
  if (load.kind === 'WHOLE') {
    const generator = startLoad();
    try {
      const subject = { id: name, name, process: server, ask: load.ask };
      const loop = { kind: 'closed', connections: load.connections } as const;
      await withoutErrors(generator, subject, { ...loop, ms: WARM_UP_MS });
      begin();
      const { answered, perSecond, cpu } = await withoutErrors(generator, subject, { ...loop, ms });
      end();
      const each = (cpu.main / answered).toFixed(3);
      log(`${name}: ${perSecond.toFixed(0)} requests/s, ${each} ms of the serving thread each`);
    } finally {
      generator.stop();
    }
    return;
  }
  const reader = await startReader();
  try {
    let before = 0;
    let after = 0;
    const { tokens } = await reader.read(
      {
        url: server.url,
        key: KEY,
        transport: load.transport,
        ask: load.ask,
        count: STREAMS,
        expect: { kind: 'PACED', settleMs: WARM_UP_MS, ms },
      },
      () => {
        before = server.cpuMs().main;
        begin();
      },
      () => {
        after = server.cpuMs().main;
        end();
      },
    );
    const perSecond = ((tokens * 1_000) / ms).toFixed(0);
    const each = (((after - before) * 1_000) / tokens).toFixed(1);
    log(`${name}: ${perSecond} tokens/s in ${STREAMS} streams, ${each} µs of the serving thread each`);
  } finally {
    reader.stop();
  }
};

const isProfile = (result: object): result is { readonly profile: CpuProfile } => 'profile' in result;

const stopOf = async (inspector: Inspector): Promise<CpuProfile> => {
  const result = await inspector.call('Profiler.stop');
  if (!isProfile(result)) throw new Error('the inspector gave no profile');
  return result.profile;
};

/** The load alone: neither the start nor the warming up. Computing includes what the profiler itself takes. */
export const recordProfile = async (name: LoadName, ms: number, log: Log): Promise<CpuProfile> => {
  const isStream = LOAD_BY_NAME[name].kind === 'STREAMED';
  const upstream = await startProgram(isStream ? 'streams-upstream.ts' : 'upstream.ts');
  let server: Process | undefined;
  let inspector: Inspector | undefined;
  try {
    server = await startModelgraph(upstream.url, [INSPECT_FLAG], {}, SOURCES);
    const opened = await inspect(server);
    inspector = opened;
    await opened.call('Profiler.enable');
    await opened.call('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY_US });
    // Beginning takes long in a process that has much code, and holds it up: that is over before the load begins.
    await opened.call('Profiler.start');
    let from = Number.NaN;
    const recorded = Promise.withResolvers<CpuProfile>();
    const begin = (): void => {
      from = nowUs();
    };
    const end = (): void => {
      const to = nowUs();
      stopOf(opened).then((profile) => recorded.resolve(between(profile, from, to)), recorded.reject);
    };
    await drive(name, server, ms, begin, end, log);
    return await recorded.promise;
  } finally {
    inspector?.close();
    await server?.stop();
    await upstream.stop();
  }
};
