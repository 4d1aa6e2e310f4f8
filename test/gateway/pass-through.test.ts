import { describe, expect, it } from 'vitest';
import type { ClientRequest, UnreadField } from '../../src/domain/client-request.ts';
import type { CompletionRequest, MediaSource, RemoteSource } from '../../src/domain/completion-request.ts';
import type { Dialect } from '../../src/domain/provider.ts';
import { refusalMessage } from '../../src/domain/refusal.ts';
import type { CompletionCommand } from '../../src/gateway/completion-command.ts';
import { createScriptedProvider, type ScriptedOptions } from '../support/scripted-provider.ts';
import {
  callerWith,
  commandWith,
  completed,
  createHarness,
  failed,
  readAll,
  recordIn,
  requestWith,
  textDelta,
} from './harness.ts';

const clientWith = (unread: readonly UnreadField[] = [], dialect: Dialect = 'anthropic'): ClientRequest => ({
  dialect,
  body: { novel: 1 },
  headers: {},
  unread,
});

const begin = (first: ScriptedOptions, second?: ScriptedOptions) => {
  const providers = [
    createScriptedProvider('first', first),
    ...(second === undefined ? [] : [createScriptedProvider('second', second)]),
  ];
  const harness = createHarness(providers);
  const run = (command: Partial<CompletionCommand>) =>
    readAll(harness.gateway.complete(callerWith(), commandWith({ client: clientWith(), ...command })));
  const plan = (command: Partial<CompletionCommand>) =>
    harness.gateway.plan(callerWith(), commandWith({ client: clientWith(), ...command }));
  const [provider, other] = providers;
  if (provider === undefined) throw new Error('no provider');
  return { ...harness, provider, other: other ?? provider, run, plan };
};

const PASSING: ScriptedOptions = { dialect: 'anthropic' };
const OTHER: ScriptedOptions = { dialect: 'openai' };
const SEED = [{ name: 'seed', problem: 'it has none' }] as const;

describe("a client's own request", () => {
  it('goes with the call to a provider of its dialect, and nothing of it is warned about', async () => {
    const { provider, run } = begin(PASSING);
    provider.answer(textDelta('hi'), completed);
    const client = clientWith([{ name: 'novel', isEssential: true }]);
    const record = recordIn(await run({ client, unsupported: 'ERROR' }));
    expect(provider.calls[0]?.call.client).toEqual(client);
    expect(record.warnings).toEqual([]);
  });

  it.each<[string, ScriptedOptions, ClientRequest | undefined]>([
    ['to a provider of another dialect', OTHER, clientWith()],
    ['to one that takes none', {}, clientWith()],
    ['where there is none', PASSING, undefined],
  ])('does not go %s', async (_where, options, client) => {
    const provider = createScriptedProvider('first', options);
    const { gateway } = createHarness([provider]);
    provider.answer(completed);
    await readAll(gateway.complete(callerWith(), commandWith(client === undefined ? {} : { client })));
    expect(provider.calls[0]?.call).not.toHaveProperty('client');
  });

  it('goes with a warning of the one thing that the provider refuses', async () => {
    const { provider, run } = begin({ ...PASSING, unsupported: SEED });
    provider.answer(completed);
    const record = recordIn(await run({ client: clientWith([{ name: 'novel', isEssential: true }]) }));
    expect(provider.calls[0]?.call).toHaveProperty('client');
    expect(record.warnings.map(({ parameter }) => parameter)).toEqual(['seed']);
  });

  it('under ERROR goes to nobody who refuses something of it', async () => {
    const { provider, other, run } = begin({ ...PASSING, unsupported: SEED }, PASSING);
    other.answer(completed);
    const record = recordIn(await run({ unsupported: 'ERROR' }));
    expect(provider.calls).toHaveLength(0);
    expect(record.warnings).toMatchObject([
      { code: 'OFFERING_PASSED_OVER', message: expect.stringContaining('first/talker') },
    ]);
  });

  it('loses nothing by a parameter that has its default value', async () => {
    const unsupported = [{ name: 'frequencyPenalty', problem: 'no place' }] as const;
    const { provider, run } = begin({ ...PASSING, unsupported });
    provider.answer(completed);
    const record = recordIn(
      await run({ request: requestWith({ frequencyPenalty: 0 }), unsupported: 'ERROR' }),
    );
    expect(provider.calls[0]?.call).toHaveProperty('client');
    expect(record.warnings).toEqual([]);
  });

  it('says what is taken without effect, and keeps it', async () => {
    const unsupported = [{ name: 'temperature', problem: 'it thinks', isTaken: true }] as const;
    const { provider, run } = begin({ ...PASSING, unsupported });
    provider.answer(completed);
    const record = recordIn(await run({ request: requestWith({ temperature: 0 }) }));
    expect(record.warnings).toMatchObject([{ message: 'temperature changes nothing: it thinks' }]);
  });

  it.each(['metadata', 'user'] as const)(
    'is passed on though the provider takes no %s: it is kept here',
    async (name) => {
      const { provider, run } = begin({ ...PASSING, unsupported: [{ name, problem: 'no place' }] });
      provider.answer(completed);
      await run({});
      expect(provider.calls[0]?.call).toHaveProperty('client');
    },
  );

  it('goes to the second after the first, of another dialect, has failed; and the other way round', async () => {
    for (const [first, second, passed] of [
      [OTHER, PASSING, [false, true]],
      [PASSING, OTHER, [true, false]],
    ] as const) {
      const { provider, other, run } = begin(first, second);
      provider.answer({ type: 'verbatim', data: 'start' }, failed('OVERLOADED', { retry: 'ELSEWHERE' }));
      other.answer(textDelta('hi'), completed);
      const events = await run({ client: clientWith([{ name: 'novel', isEssential: false }]) });
      expect([provider, other].map(({ calls }) => calls[0]?.call.client !== undefined)).toEqual(passed);
      expect(events.some(({ type }) => type === 'verbatim')).toBe(false);
      expect(recordIn(events).warnings).toHaveLength(passed[1] ? 0 : 1);
    }
  });
});

describe('fields that nobody here knows', () => {
  const unread = [
    { name: 'novel', isEssential: false },
    { name: 'tools[2]', isEssential: false },
  ];

  it('are each a warning where the request is translated', async () => {
    const { provider, run } = begin(OTHER);
    provider.answer(completed);
    const { warnings } = recordIn(await run({ client: clientWith(unread) }));
    expect(warnings).toMatchObject([
      { code: 'UNSUPPORTED_PARAMETER', parameter: 'novel' },
      { code: 'UNSUPPORTED_PARAMETER', parameter: 'tools[2]' },
    ]);
  });

  it('rule out under ERROR whoever needs a translation', async () => {
    const { provider, other, run } = begin(OTHER, PASSING);
    other.answer(completed);
    await run({ client: clientWith(unread), unsupported: 'ERROR' });
    expect(provider.calls).toHaveLength(0);
    expect(other.calls).toHaveLength(1);
  });

  it('that are essential do under WARN, too; where nobody else is left that is the refusal', async () => {
    const { provider, run } = begin(OTHER);
    const client = clientWith([...unread, { name: 'previous_response_id', isEssential: true }]);
    const [event] = await run({ client });
    if (event?.type !== 'failed' || event.error.kind !== 'REFUSED') throw new Error('it was not refused');
    expect(event.error.refusal).toMatchObject({
      code: 'UNSUPPORTED_PARAMETER',
      offeringId: 'first/talker',
      parameters: [{ name: 'previous_response_id' }],
    });
    // To leave out by itself what matters is nothing that the server does.
    expect(refusalMessage(event.error.refusal)).toMatch(/Leave it out, or choose another offering\.$/);
    expect(provider.calls).toHaveLength(0);
  });

  it('are told of in the plan', async () => {
    const { plan } = begin(OTHER, PASSING);
    const client = clientWith([{ name: 'previous_response_id', isEssential: true }]);
    expect(await plan({ client })).toMatchObject({
      kind: 'PLANNED',
      explanation: {
        candidates: [{ offering: { id: 'second/talker' }, warnings: [{ code: 'OFFERING_PASSED_OVER' }] }],
        rejected: [{ offeringId: 'first/talker', reason: 'PARAMETER' }],
      },
    });
  });

  it('by the thousand, with names of any length, do not fill the record', async () => {
    const { provider, run } = begin(OTHER);
    provider.answer(completed);
    const many = Array.from({ length: 5_000 }, (_, at) => ({
      name: `${at}`.padEnd(9_000, 'x'),
      isEssential: false,
    }));
    const { warnings } = recordIn(await run({ client: clientWith(many) }));
    expect(warnings).toHaveLength(21);
    expect(warnings.at(-1)?.message).toContain('4980 more');
    expect(JSON.stringify(warnings).length).toBeLessThan(10_000);
  });
});

describe('a request of which we can make no sense', () => {
  const orphan = requestWith({
    messages: [{ role: 'tool', toolCallId: 'call_1', text: 'seen', isError: false }],
  });

  it('is for a provider of its dialect to judge', async () => {
    const { provider, other, run } = begin(OTHER, PASSING);
    other.answer(completed);
    expect((await run({ request: orphan })).at(-1)?.type).toBe('finished');
    expect(provider.calls).toHaveLength(0);
  });

  it('is refused as wrong where there is none', async () => {
    const { run } = begin(OTHER);
    expect(await run({ request: orphan })).toMatchObject([
      { error: { refusal: { code: 'INVALID_INPUT', path: 'input.messages[0].tool.toolCallId' } } },
    ]);
  });

  it('is refused where it is too much, whoever would get it', async () => {
    const { run } = begin(PASSING);
    const parts = [{ type: 'text', text: 'x'.repeat(5_000_001) }] as const;
    expect(await run({ request: requestWith({ messages: [{ role: 'user', parts }] }) })).toMatchObject([
      { error: { refusal: { code: 'INVALID_INPUT', path: 'input.messages' } } },
    ]);
  });
});

describe('signatures', () => {
  const conversation = (signature: string): CompletionRequest =>
    requestWith({
      messages: [
        { role: 'assistant', text: 'Hm.', reasoning: [{ text: 'I think', signature }], toolCalls: [] },
        { role: 'user', parts: [{ type: 'text', text: 'And?' }] },
      ],
    });
  const reasoningOf = ({ calls }: ReturnType<typeof createScriptedProvider>) => {
    const [message] = calls[0]?.call.request.messages ?? [];
    return message?.role === 'assistant' ? message.reasoning : undefined;
  };

  it('without a seal are not shown to a provider of another dialect', async () => {
    const { provider, run } = begin(OTHER);
    provider.answer(completed);
    const { warnings } = recordIn(await run({ request: conversation('raw') }));
    expect(reasoningOf(provider)).toEqual([{ text: 'I think' }]);
    expect(warnings).toMatchObject([{ code: 'ADJUSTED_PARAMETER', parameter: 'messages' }]);
  });

  it('without a seal go back as they came', async () => {
    const { provider, run } = begin(PASSING);
    provider.answer(completed);
    await run({ request: conversation('raw') });
    expect(provider.calls[0]?.call).toHaveProperty('client');
  });

  it('under a seal are opened: their own provider would not know them', async () => {
    const { provider, run } = begin(PASSING);
    provider.answer(completed);
    await run({ request: conversation('mg1.first.s1') });
    expect(provider.calls[0]?.call).toHaveProperty('client');
    expect(reasoningOf(provider)).toEqual([{ text: 'I think', signature: 's1' }]);
  });
});

describe('media that are fetched if need be', () => {
  const ADDRESS = 'https://a.test/cat';
  const withImage = (
    source: MediaSource | RemoteSource = { kind: 'remote', url: ADDRESS, ifNeeded: true },
  ): CompletionRequest<MediaSource | RemoteSource> => ({
    tools: [],
    messages: [{ role: 'user', parts: [{ type: 'image', source }] }],
  });
  const noAddresses: ScriptedOptions = {
    unsupported: ({ messages }) =>
      JSON.stringify(messages).includes('"kind":"url"') ? [{ name: 'imageUrl', problem: 'data alone' }] : [],
  };
  const sourceOf = ({ calls }: ReturnType<typeof createScriptedProvider>) => {
    const [message] = calls[0]?.call.request.messages ?? [];
    const [part] = message?.role === 'user' ? message.parts : [];
    return part?.type === 'image' ? part.source : undefined;
  };
  const PNG = { mediaType: 'image/png', bytes: new Uint8Array([1]) };

  it('go as addresses where each that may be asked fetches them itself', async () => {
    const { provider, media, run } = begin(OTHER, {});
    provider.answer(completed);
    await run({ request: withImage() });
    expect(sourceOf(provider)).toEqual({ kind: 'url', url: ADDRESS });
    expect(media.fetched).toHaveLength(0);
  });

  it('are fetched for all where one does not', async () => {
    const { provider, media, run } = begin(OTHER, noAddresses);
    media.put(ADDRESS, PNG);
    provider.answer(completed);
    expect(recordIn(await run({ request: withImage() })).warnings).toEqual([]);
    expect(sourceOf(provider)).toMatchObject({ kind: 'data' });
  });

  it('are as the client named them where its request is passed on, whatever was fetched for others', async () => {
    const { provider, media, run } = begin(PASSING, noAddresses);
    media.put(ADDRESS, PNG);
    provider.answer(completed);
    await run({ request: withImage() });
    expect(provider.calls[0]?.call).toHaveProperty('client');
  });

  it('come with the request for a provider of its dialect that takes no addresses', async () => {
    const { provider, media, run } = begin({ ...PASSING, ...noAddresses });
    media.put(ADDRESS, PNG);
    provider.answer(completed);
    await run({ request: withImage() });
    const { client } = provider.calls[0]?.call ?? {};
    expect([...(client?.fetched?.entries() ?? [])]).toEqual([
      [ADDRESS, { mediaType: 'image/png', base64: 'AQ==' }],
    ]);
  });

  it('that must be fetched are, whoever is asked', async () => {
    const { provider, media, run } = begin(OTHER);
    media.put(ADDRESS, PNG);
    provider.answer(completed);
    await run({ request: withImage({ kind: 'remote', url: ADDRESS }) });
    expect(sourceOf(provider)).toMatchObject({ kind: 'data' });
  });

  it.each(['file:///etc/passwd', 'ftp://a.test/x', 'http://', 'javascript:alert(1)'])(
    'are not taken from %s',
    async (url) => {
      const { media, run } = begin(OTHER);
      expect(await run({ request: withImage({ kind: 'remote', url, ifNeeded: true }) })).toMatchObject([
        { error: { refusal: { code: 'INVALID_INPUT' } } },
      ]);
      expect(media.fetched).toHaveLength(0);
    },
  );

  it('are not fetched for a plan, which says the same', async () => {
    const { media, plan } = begin(OTHER, noAddresses);
    expect(await plan({ request: withImage() })).toMatchObject({
      explanation: { candidates: [{ warnings: [] }, { warnings: [] }] },
    });
    expect(media.fetched).toHaveLength(0);
  });
});
