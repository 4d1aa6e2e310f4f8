import { describe, expect, it } from 'vitest';
import type { ImageGenerationResult } from '../../src/domain/operation.ts';
import type { RateLimit } from '../../src/domain/rate-limit.ts';
import type { Provider } from '../../src/ports/provider.ts';
import { createScriptedProvider } from '../support/scripted-provider.ts';
import { callerWith, catalogueOf, createHarness, settled } from './harness.ts';
import { beginWith, commandOf, done, embedding, failedWith, png, VECTORS } from './operation-harness.ts';

const EMBEDS = { operations: ['EMBEDDING'] } as const;

describe('an operation', () => {
  it('is done by the first offering, priced, and recorded without its content', async () => {
    const { first, perform, rows, gateway, clock } = beginWith(['first', 'second'], EMBEDS);
    const answer = perform(embedding({ metadata: { team: 'blue' }, user: 'u1' }));
    expect(gateway.active).toBe(1);
    const call = await first.performed(0);
    expect(call).toMatchObject({
      providerModelId: 'talker',
      request: { inputs: ['one', 'two'] },
    });
    clock.advance(250);
    call.finish(done(VECTORS, { input: 2_000 }, { providerResponseId: 'resp_1', providerModel: 'talker-2' }));
    const got = await answer;
    expect(got).toMatchObject({
      kind: 'DONE',
      result: VECTORS,
      record: {
        id: expect.stringMatching(/^op_[0-9a-f-]{36}$/),
        operation: 'EMBEDDING',
        keyId: 'key_1',
        status: 'SUCCEEDED',
        route: {
          requested: 'lab/talker',
          modelSlug: 'lab/talker',
          candidates: ['first/talker', 'second/talker'],
        },
        offeringId: 'first/talker',
        usage: { input: 2_000 },
        attempts: [
          {
            index: 0,
            status: 'SUCCEEDED',
            durationMs: 250,
            providerResponseId: 'resp_1',
            providerModel: 'talker-2',
          },
        ],
        timings: { totalMs: 250 },
        warnings: [],
        metadata: { team: 'blue' },
        user: 'u1',
      },
    });
    if (got.kind !== 'DONE') return;
    expect(got.record.cost.kind === 'PRICED' && got.record.cost.total.toString()).toBe('0.002');
    expect(await rows()).toEqual([got.record]);
    expect(JSON.stringify(await rows())).not.toContain('one');
    expect(gateway.active).toBe(0);
    // Those of the ledger and of the statistics are over; that of the operation was taken back.
    clock.advance(5_000);
    await settled();
    expect(clock.pending()).toBe(0);
  });

  it('without reported usage is unpriced, never free', async () => {
    const { first, perform } = beginWith(['first'], EMBEDS);
    first.answerOperation(done(VECTORS));
    expect(await perform(embedding())).toMatchObject({
      kind: 'DONE',
      record: { cost: { kind: 'UNPRICED', reason: 'NO_USAGE' } },
    });
  });

  it.each(['RATE_LIMITED', 'SERVER_ERROR', 'TIMEOUT', 'MODEL_NOT_FOUND', 'QUOTA_EXHAUSTED'] as const)(
    'goes on to the next offering after %s',
    async (code) => {
      const { first, second, perform, rows } = beginWith(['first', 'second'], EMBEDS);
      first.answerOperation(failedWith(code));
      second.answerOperation(done(VECTORS, { input: 1 }));
      expect(await perform(embedding())).toMatchObject({
        kind: 'DONE',
        record: {
          offeringId: 'second/talker',
          attempts: [
            { index: 0, status: 'FAILED', failure: { code, offeringId: 'first/talker' } },
            { index: 1, status: 'SUCCEEDED' },
          ],
        },
      });
      expect(await rows()).toHaveLength(1);
    },
  );

  it('ends with a failure that is final, and the ledger keeps no words of the provider', async () => {
    const { first, second, perform, rows } = beginWith(['first', 'second'], EMBEDS);
    first.answerOperation(
      failedWith('INVALID_REQUEST', { providerMessage: 'you said "sesame"', message: 'It said "sesame".' }),
    );
    const answer = await perform(embedding());
    expect(answer).toMatchObject({
      kind: 'FAILED',
      failure: { code: 'INVALID_REQUEST', providerMessage: 'you said "sesame"', offeringId: 'first/talker' },
      record: { status: 'FAILED', attempts: [{}], failure: { message: 'It said "sesame".' } },
    });
    expect(second.operationCalls).toHaveLength(0);
    expect(await rows()).toMatchObject([{ status: 'FAILED', failure: { code: 'INVALID_REQUEST' } }]);
    expect(JSON.stringify(await rows())).not.toContain('sesame');
  });

  it('fails with the last failure where every offering fails', async () => {
    const { first, second, perform } = beginWith(['first', 'second'], EMBEDS);
    first.answerOperation(failedWith('SERVER_ERROR'));
    second.answerOperation(failedWith('OVERLOADED'));
    expect(await perform(embedding())).toMatchObject({
      kind: 'FAILED',
      failure: { code: 'OVERLOADED', providerId: 'second' },
      record: { attempts: [{}, {}] },
    });
  });

  it('is cancelled at once by its caller, and nothing more is tried', async () => {
    const { first, second, perform, aborter, rows } = beginWith(['first', 'second'], EMBEDS);
    const answer = perform(embedding());
    const call = await first.performed(0);
    aborter.abort();
    expect(call.signal.aborted).toBe(true);
    expect(await answer).toMatchObject({
      kind: 'FAILED',
      failure: { code: 'CANCELLED', offeringId: 'first/talker' },
      record: { status: 'CANCELLED' },
    });
    expect(second.operationCalls).toHaveLength(0);
    expect(await rows()).toMatchObject([{ status: 'CANCELLED' }]);
  });

  it('that is cancelled before it is sent is not sent', async () => {
    const { first, perform } = beginWith(['first'], EMBEDS);
    expect(await perform(embedding(), AbortSignal.abort())).toMatchObject({
      kind: 'FAILED',
      failure: { code: 'CANCELLED', offeringId: 'first/talker' },
      record: { status: 'CANCELLED', attempts: [] },
    });
    expect(first.operationCalls).toHaveLength(0);
  });

  it('has one time limit for all its attempts', async () => {
    const { first, second, perform, clock } = beginWith(['first', 'second'], EMBEDS);
    const answer = perform(embedding({ timeouts: { totalMs: 10_000 } }));
    const one = await first.performed(0);
    clock.advance(6_000);
    one.finish(failedWith('SERVER_ERROR'));
    const two = await second.performed(0);
    clock.advance(3_999);
    expect(two.signal.aborted).toBe(false);
    clock.advance(1);
    expect(two.signal.aborted).toBe(true);
    expect(await answer).toMatchObject({
      kind: 'FAILED',
      failure: { code: 'TIMEOUT', retry: 'FINAL', providerId: 'second' },
      record: { status: 'FAILED', timings: { totalMs: 10_000 } },
    });
  });

  it('under ERROR is not done by an offering that cannot honour a parameter; under WARN it is left out', async () => {
    const unable = [{ name: 'dimensions', problem: 'has one length.' }];
    const { first, perform, rows } = beginWith(['first'], { ...EMBEDS, unsupportedOfOperations: unable });
    expect(await perform(embedding({ unsupported: 'ERROR' }))).toEqual({
      kind: 'REFUSED',
      refusal: { code: 'UNSUPPORTED_PARAMETER', offeringId: 'first/talker', parameters: unable },
    });
    expect(await rows()).toEqual([]);
    first.answerOperation(
      done(VECTORS, { input: 1 }, { warnings: [{ code: 'PROVIDER_WARNING', message: 'hm' }] }),
    );
    expect(await perform(embedding())).toMatchObject({
      kind: 'DONE',
      record: {
        warnings: [
          {
            code: 'UNSUPPORTED_PARAMETER',
            parameter: 'dimensions',
            message: 'dimensions was left out: has one length.',
          },
          { code: 'PROVIDER_WARNING', message: 'hm' },
        ],
      },
    });
  });

  it('goes only to providers that have it, and is refused where none has', async () => {
    const talker = createScriptedProvider('first');
    const embedder = createScriptedProvider('second', EMBEDS);
    const both = createHarness([talker, embedder]);
    embedder.answerOperation(done(VECTORS, { input: 1 }));
    const { signal } = new AbortController();
    expect(await both.gateway.perform(callerWith(), embedding(), signal)).toMatchObject({
      kind: 'DONE',
      record: { offeringId: 'second/talker', route: { candidates: ['second/talker'] } },
    });
    const alone = createHarness([talker]);
    expect(await alone.gateway.perform(callerWith(), embedding(), signal)).toEqual({
      kind: 'REFUSED',
      refusal: {
        code: 'UNSUPPORTED_OPERATION',
        name: 'lab/talker',
        problem:
          'first serves it, but cannot make embeddings. Choose another model, or turn on another provider that serves it.',
      },
    });
    expect(alone.store.written).toEqual([]);
  });

  it.each([
    ['an unknown model', embedding({ model: 'nobody/nothing' }), 'UNKNOWN_MODEL'],
    ['no input', embedding({ input: { inputs: [] } }), 'INVALID_INPUT'],
  ])('is refused for %s, without a row', async (_, command, code) => {
    const { perform, rows } = beginWith(['first'], EMBEDS);
    expect(await perform(command)).toMatchObject({ kind: 'REFUSED', refusal: { code } });
    expect(await rows()).toEqual([]);
  });

  it('is refused for a revoked key and for a provider that is off', async () => {
    const { gateway } = createHarness([createScriptedProvider('first', EMBEDS)]);
    const revoked = callerWith({ revokedAt: new Date() });
    const { signal } = new AbortController();
    expect(await gateway.perform(revoked, embedding(), signal)).toMatchObject({
      refusal: { code: 'FORBIDDEN' },
    });
    const off = createHarness([createScriptedProvider('first', EMBEDS)], {
      catalogue: catalogueOf(['first'], { off: { first: 'set FIRST_KEY' } }),
    });
    expect(await off.gateway.perform(callerWith(), embedding(), signal)).toMatchObject({
      refusal: { code: 'NO_PROVIDER_CONFIGURED', providers: [{ id: 'first', reason: 'set FIRST_KEY' }] },
    });
  });

  it('survives a provider that throws: the log hears of it, the next one is asked', async () => {
    const broken: Provider = {
      ...createScriptedProvider('first'),
      operations: {
        EMBEDDING: {
          unsupported: () => [],
          perform: () => Promise.reject(new Error('sesame')),
        },
      },
    };
    const next = createScriptedProvider('second', EMBEDS);
    const { gateway, defects } = createHarness([broken, next]);
    next.answerOperation(done(VECTORS, { input: 1 }));
    const answer = await gateway.perform(callerWith(), embedding(), new AbortController().signal);
    expect(answer).toMatchObject({
      kind: 'DONE',
      record: { attempts: [{ failure: { code: 'SERVER_ERROR', retry: 'ELSEWHERE' } }, {}] },
    });
    expect(JSON.stringify(answer)).not.toContain('sesame');
    expect(defects).toHaveLength(1);
  });

  it('tells what a provider says of its limits', async () => {
    const limits: readonly RateLimit[] = [{ kind: 'REQUESTS', limit: 10, remaining: 3 }];
    const { first, second, perform, gateway, clock } = beginWith(['first', 'second'], EMBEDS);
    first.answerOperation({ ...failedWith('RATE_LIMITED', { retryAfterMs: 2_000 }), rateLimits: limits });
    second.answerOperation(done(VECTORS, { input: 1 }));
    const answer = await perform(embedding());
    if (answer.kind !== 'DONE') throw new Error('it failed');
    const [offeringId] = answer.record.route.candidates;
    if (offeringId === undefined) throw new Error('no candidate');
    const observedAt = clock.now();
    expect(gateway.health.statusOf(offeringId).limits).toEqual({
      limits,
      observedAt,
      blockedUntil: new Date(observedAt.getTime() + 2_000),
    });
    clock.advance(2_000);
    expect(gateway.health.statusOf(offeringId).limits).toEqual({ limits, observedAt });
  });
});

describe('images that a provider gives an address of', () => {
  const DRAWS = { operations: ['IMAGE_GENERATION'] } as const;
  const drawing = commandOf('IMAGE_GENERATION', { prompt: 'a cat', images: [] });
  const remote = (url: string) => ({ image: { kind: 'remote', url } as const, revisedPrompt: 'a black cat' });

  it('are fetched before they are answered', async () => {
    const { first, perform, media } = beginWith(['first'], DRAWS);
    media.put('https://made.test/1', { ...png, mediaType: 'application/octet-stream' });
    first.answerOperation(done({ images: [remote('https://made.test/1'), { image: png }] }, { input: 5 }));
    const answer = await perform(drawing);
    expect(answer).toMatchObject({ kind: 'DONE' });
    const { images } =
      answer.kind === 'DONE' ? answer.result : ({ images: [] } as Partial<ImageGenerationResult>);
    expect(images).toEqual([{ image: png, revisedPrompt: 'a black cat' }, { image: png }]);
    expect(media.fetched).toMatchObject([{ limits: { maxBytes: 64 * 1024 * 1024, from: 'first' } }]);
  });

  it('are billed although they cannot be had, and made nowhere else', async () => {
    const { first, second, perform, rows } = beginWith(['first', 'second'], DRAWS);
    first.answerOperation(done({ images: [remote('https://gone.test/1')] }, { input: 1_000_000 }));
    const answer = await perform(drawing);
    expect(answer).toMatchObject({
      kind: 'FAILED',
      failure: { code: 'SERVER_ERROR', retry: 'FINAL', offeringId: 'first/talker' },
      record: { status: 'FAILED', cost: { kind: 'PRICED' }, attempts: [{ status: 'SUCCEEDED' }] },
    });
    expect(answer.kind === 'FAILED' && answer.failure.message).toContain('nobody is there.');
    expect(second.operationCalls).toHaveLength(0);
    expect(await rows()).toMatchObject([{ status: 'FAILED', cost: { kind: 'PRICED' } }]);
  });

  it('are fetched no further once one of them cannot be had', async () => {
    const { first, perform, media } = beginWith(['first'], DRAWS);
    const ended = media.hang('https://slow.test/1');
    const images = [remote('https://slow.test/1'), remote('https://gone.test/1')];
    first.answerOperation(done({ images }, { input: 1 }));
    expect(await perform(drawing)).toMatchObject({ kind: 'FAILED', failure: { code: 'SERVER_ERROR' } });
    await ended;
  });

  it('are not waited for once the caller has gone', async () => {
    const { first, perform, media, aborter, rows } = beginWith(['first'], DRAWS);
    const ended = media.hang('https://slow.test/1');
    first.answerOperation(done({ images: [remote('https://slow.test/1')] }, { input: 1 }));
    const answer = perform(drawing);
    await expect.poll(() => media.fetched.length).toBe(1);
    aborter.abort();
    await ended;
    expect(await answer).toMatchObject({ kind: 'FAILED', failure: { code: 'CANCELLED' } });
    expect(await rows()).toMatchObject([{ status: 'CANCELLED', cost: { kind: 'PRICED' } }]);
  });
});

describe('a server that stops', () => {
  it('lets an operation under way finish, and takes no new one', async () => {
    const { gateway, first, perform, store } = beginWith(['first'], EMBEDS);
    const answer = perform(embedding());
    const call = await first.performed(0);
    const drained = gateway.drain(10_000);
    expect(await perform(embedding())).toMatchObject({
      kind: 'REFUSED',
      refusal: { code: 'UNAVAILABLE', retryAfterMs: 1_000 },
    });
    call.finish(done(VECTORS, { input: 1 }));
    await drained;
    expect(await answer).toMatchObject({ kind: 'DONE' });
    expect(store.written).toMatchObject([{ operation: 'EMBEDDING', status: 'SUCCEEDED' }]);
  });

  it('cancels one that is not done in time, and records it', async () => {
    const { gateway, first, perform, store, clock } = beginWith(['first'], EMBEDS);
    const answer = perform(embedding());
    const call = await first.performed(0);
    const drained = gateway.drain(10_000);
    clock.advance(9_999);
    await settled();
    expect(call.signal.aborted).toBe(false);
    clock.advance(1);
    await drained;
    expect(await answer).toMatchObject({ kind: 'FAILED', failure: { code: 'STOPPED' } });
    expect(store.written).toMatchObject([{ status: 'CANCELLED' }]);
  });

  it('or whose ledger is full begins nothing', async () => {
    const { first, perform, store } = beginWith(['first'], EMBEDS, { ledger: { maxQueued: 1 } });
    store.fail(1_000);
    first.answerOperation(done(VECTORS, { input: 1 }));
    await perform(embedding());
    expect(await perform(embedding())).toMatchObject({
      kind: 'REFUSED',
      refusal: { code: 'UNAVAILABLE', retryAfterMs: 5_000 },
    });
    expect(first.operationCalls).toHaveLength(1);
  });
});

it('its provider is asked what it cannot honour once for all requests that are alike', async () => {
  const provider = createScriptedProvider('first', { operations: ['EMBEDDING'] });
  const adapter = provider.operations.EMBEDDING;
  if (adapter === undefined) throw new Error('no adapter');
  const asked: (number | undefined)[] = [];
  const EMBEDDING: typeof adapter = {
    ...adapter,
    unsupported(model, request) {
      asked.push(request.dimensions);
      return adapter.unsupported(model, request);
    },
  };
  const { gateway } = createHarness([{ ...provider, operations: { EMBEDDING } }]);
  const texts: (readonly string[])[] = [];
  for (const [text, dimensions] of [['one'], ['two'], ['three', 4], ['four', 4]] as const) {
    provider.answerOperation(done(VECTORS, { input: 1 }));
    const input = { inputs: [text], ...(dimensions !== undefined && { dimensions }) };
    const { signal } = new AbortController();
    expect((await gateway.perform(callerWith(), commandOf('EMBEDDING', input), signal)).kind).toBe('DONE');
    texts.push([text]);
  }
  expect(asked).toEqual([undefined, 4]);
  expect(provider.operationCalls.map(({ request }) => 'inputs' in request && request.inputs)).toEqual(texts);
});
