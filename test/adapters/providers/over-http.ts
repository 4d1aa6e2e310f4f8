import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setImmediate } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { afterEach, beforeEach, expect } from 'vitest';
import { createDispatcher } from '../../../src/adapters/providers/dispatcher.ts';
import { createHttpProvider } from '../../../src/adapters/providers/http-provider.ts';
import type { Failure } from '../../../src/domain/failure.ts';
import { asProviderId } from '../../../src/domain/ids.ts';
import type { ProviderEvent } from '../../../src/domain/provider-event.ts';
import { Secret } from '../../../src/domain/secret.ts';
import type { Provider } from '../../../src/ports/provider.ts';
import { createOpenAiCodec } from '../../../src/wire/openai/codec.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { providerEvents } from '../../support/provider-events.ts';
import { type RecordedLog, recordedLog } from '../../support/recorded-log.ts';
import { type Script, startUpstream, type Upstream } from '../../support/upstream.ts';

export const KEY = 'sk-a-key-that-nobody-may-see';
export const PROMPT = 'a prompt that no log may hold';
export const WORDS = ['One', ' two', ' three'];

export let upstream: Upstream;
export let dispatcher: Dispatcher;
export let clock: FakeClock;
export let log: RecordedLog;
export let provider: Provider;

export const providerAt = (baseUrl: string): Provider =>
  createHttpProvider({
    settings: { id: asProviderId('tested'), dialect: 'openai', baseUrl, apiKey: new Secret(KEY) },
    codecFor: () => createOpenAiCodec({}),
    dispatcher,
    clock,
    log,
  });

/** A provider over a server of its own, for each test of a file. */
export const eachOverHttp = (): void => {
  beforeEach(async () => {
    upstream = await startUpstream();
    dispatcher = createDispatcher();
    clock = createFakeClock();
    log = recordedLog();
    provider = providerAt(`${upstream.url}/v1`);
  });
  afterEach(async () => {
    expect(log.lines.join('\n')).not.toContain(KEY);
    expect(log.lines.join('\n')).not.toContain(PROMPT);
    await dispatcher.destroy();
    await upstream.close();
  });
};

export const begin = ({
  stream = true,
  signal = new AbortController().signal,
  from = provider,
  prompt = PROMPT,
} = {}) =>
  providerEvents(
    from,
    {
      providerModelId: 'tested-model',
      request: { messages: [{ role: 'user', parts: [{ type: 'text', text: prompt }] }], tools: [] },
      stream,
    },
    signal,
  )[Symbol.asyncIterator]();

export const readRest = async (events: AsyncIterator<ProviderEvent>): Promise<readonly ProviderEvent[]> => {
  const read: ProviderEvent[] = [];
  for (let step = await events.next(); step.done !== true; step = await events.next()) read.push(step.value);
  expect(JSON.stringify(read)).not.toContain(KEY);
  return read;
};
export const readAll = async (script: Script, stream = true): Promise<readonly ProviderEvent[]> => {
  upstream.enqueue(script);
  return readRest(begin({ stream }));
};
/** Resolves once the client has read the headers, or a piece of the body, and has dealt with it. */
export const clientHas = async (what: 'headers' | 'bodyChunkReceived'): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const listener = (): void => resolve();
  subscribe(`undici:request:${what}`, listener);
  await promise;
  unsubscribe(`undici:request:${what}`, listener);
  await setImmediate();
};
export const textOf = (events: readonly ProviderEvent[]): string =>
  events.map((event) => (event.type === 'textDelta' ? event.text : '')).join('');
export const failureIn = (events: readonly ProviderEvent[]): Failure | undefined => {
  const last = events.at(-1);
  return last?.type === 'failed' ? last.failure : undefined;
};
