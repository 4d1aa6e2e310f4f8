import { describe, expect, it } from 'vitest';
import type { CompletionRequest } from '../../src/domain/completion-request.ts';
import { quickest } from '../support/quickest.ts';
import { createScriptedProvider } from '../support/scripted-provider.ts';
import { callerWith, createHarness, requestWith, settled } from './harness.ts';
import { beginWith, commandOf, done } from './operation-harness.ts';

const count = (request: CompletionRequest) => commandOf('TOKEN_COUNT', request);
const say = (text: string) => requestWith({ messages: [{ role: 'user', parts: [{ type: 'text', text }] }] });

/** What is estimated where no provider counts. */
const estimateOf = async (request: CompletionRequest): Promise<number> => {
  const { gateway } = createHarness([createScriptedProvider('first')]);
  const answer = await gateway.perform(callerWith(), count(request), new AbortController().signal);
  if (answer.kind !== 'DONE') throw new Error('not estimated');
  expect(answer.result.method).toBe('ESTIMATE');
  return answer.result.inputTokens;
};

describe('tokens', () => {
  it('are counted by a provider that can, which costs nothing and uses nothing', async () => {
    const { perform, first, rows } = beginWith(['first'], { operations: ['TOKEN_COUNT'] });
    first.answerOperation(done({ inputTokens: 42, method: 'PROVIDER' }));
    const answer = await perform(count(say('Hello')));
    expect(answer).toMatchObject({
      kind: 'DONE',
      result: { inputTokens: 42, method: 'PROVIDER' },
      record: { operation: 'TOKEN_COUNT', cost: { kind: 'FREE' }, attempts: [{ status: 'SUCCEEDED' }] },
    });
    expect(await rows()).toMatchObject([{ cost: { kind: 'FREE' } }]);
    expect((await rows())[0]).not.toHaveProperty('usage');
  });

  it('are estimated where none can, with a warning and a row, and nothing is sent', async () => {
    const talker = createScriptedProvider('first');
    const { gateway, ledger, store } = createHarness([talker]);
    const answer = await gateway.perform(callerWith(), count(say('Hello')), new AbortController().signal);
    expect(answer).toMatchObject({
      kind: 'DONE',
      // One for the word, 4 for the message, 3 for the whole.
      result: { inputTokens: 8, method: 'ESTIMATE' },
      record: {
        cost: { kind: 'FREE' },
        attempts: [],
        route: { candidates: [] },
        warnings: [{ code: 'ESTIMATED', message: expect.stringContaining('estimate') }],
      },
    });
    expect(talker.calls).toHaveLength(0);
    await ledger.flush();
    expect(store.written).toMatchObject([{ operation: 'TOKEN_COUNT', status: 'SUCCEEDED' }]);
  });

  it('of a provider that fails are a failure, not an estimate', async () => {
    const { perform, first } = beginWith(['first'], { operations: ['TOKEN_COUNT'] });
    const answer = perform(count(say('Hello')));
    (await first.performed(0)).finish({
      kind: 'FAILED',
      failure: { code: 'AUTHENTICATION', message: 'no', retry: 'ELSEWHERE' },
      warnings: [],
    });
    expect(await answer).toMatchObject({ kind: 'FAILED', failure: { code: 'AUTHENTICATION' } });
  });
});

describe('tokens that a provider turns out not to count for a model', () => {
  it('are estimated, with a warning and the attempt in the row', async () => {
    const { perform, first, rows } = beginWith(['first'], { operations: ['TOKEN_COUNT'] });
    const answer = perform(count(say('Hello')));
    (await first.performed(0)).finish({
      kind: 'FAILED',
      failure: { code: 'UNSUPPORTED', message: 'not for this model', retry: 'ELSEWHERE' },
      warnings: [],
    });
    expect(await answer).toMatchObject({
      kind: 'DONE',
      result: { inputTokens: 8, method: 'ESTIMATE' },
      record: {
        cost: { kind: 'FREE' },
        attempts: [{ status: 'FAILED', failure: { code: 'UNSUPPORTED' } }],
        route: { candidates: [expect.stringContaining('first/')] },
        warnings: [{ code: 'ESTIMATED', message: expect.stringContaining('estimate') }],
      },
    });
    expect(await rows()).toMatchObject([{ status: 'SUCCEEDED' }]);
  });

  it('are cancelled, not estimated in part, once the caller goes', async () => {
    const { perform, first, aborter, rows } = beginWith(['first'], { operations: ['TOKEN_COUNT'] });
    const answer = perform(count(say('word '.repeat(800_000))));
    (await first.performed(0)).finish({
      kind: 'FAILED',
      failure: { code: 'UNSUPPORTED', message: 'not for this model', retry: 'ELSEWHERE' },
      warnings: [],
    });
    await settled();
    aborter.abort();
    const offeringId = 'first/talker';
    expect(await answer).toMatchObject({ kind: 'FAILED', failure: { code: 'CANCELLED', offeringId } });
    expect(await rows()).toMatchObject([{ status: 'CANCELLED', attempts: [{ status: 'FAILED' }] }]);
  });
});

describe('an estimate', () => {
  it('counts tools, calls, schemas, documents of text, and media at a flat figure', async () => {
    const base = await estimateOf(say('Hello'));
    const tool = { name: 'look', description: 'Looks things up', parameters: { type: 'object' } };
    expect(await estimateOf({ ...say('Hello'), tools: [tool] })).toBeGreaterThan(base + 10);
    const parts = (part: object) =>
      requestWith({ messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hello' }, part] }] } as object);
    const data = (mediaType: string, content: string) => ({
      kind: 'data',
      mediaType,
      base64: Buffer.from(content).toString('base64'),
    });
    expect(await estimateOf(parts({ type: 'image', source: data('image/png', 'x') }))).toBe(base + 1_000);
    expect(await estimateOf(parts({ type: 'file', source: data('application/pdf', 'x') }))).toBe(
      base + 3_000,
    );
    expect(await estimateOf(parts({ type: 'file', source: data('text/plain', 'Hello') }))).toBe(base + 1);
    const output = { kind: 'jsonSchema', name: 'answer', schema: { type: 'object' } } as const;
    expect(await estimateOf({ ...say('Hello'), output })).toBeGreaterThan(base);
  });

  it('takes words that are special to tokenizers for text', async () => {
    expect(await estimateOf(say('<|endoftext|>'))).toBeGreaterThan(await estimateOf(say('end')));
  });

  it('of a run of one letter takes time linear in its length, and of halves of characters none is lost', async () => {
    const took = await quickest(5_000, async () => {
      const startedAt = performance.now();
      expect(await estimateOf(say('a'.repeat(200_000)))).toBeGreaterThan(10_000);
      return performance.now() - startedAt;
    });
    expect(took).toBeLessThan(5_000);
    // 2,047 letters and then pairs: a cut after 2,048 would be within a character.
    const emoji = await estimateOf(say(`${'a '.repeat(1023)}a${'🎈'.repeat(2_000)}`));
    expect(emoji).toBeLessThan((await estimateOf(say('🎈'))) * 2_000 + 4_000);
  });

  it('of text that is hard to divide holds nobody up, and much of it takes no longer than some of it', async () => {
    let random = 1;
    const letters = Array.from({ length: 3_000_000 }, () => {
      random = (random * 48_271) % 2_147_483_647;
      return 0x4e00 + (random % 20_000);
    });
    const text = Buffer.from(Uint16Array.from(letters).buffer).toString('utf16le');
    // Work of this thread alone, by its own clock: a busy machine makes none of it longer.
    const workedMs = (): number => {
      const { user, system } = process.threadCpuUsage();
      return (user + system) / 1_000;
    };
    let [tokens, tookMs] = [Number.NaN, Number.NaN];
    const held = await quickest(500, async () => {
      const beganAt = workedMs();
      let [longest, at, isOver] = [0, beganAt, false];
      const look = (): void => {
        longest = Math.max(longest, workedMs() - at);
        at = workedMs();
        if (!isOver) setImmediate(look);
      };
      setImmediate(look);
      tokens = await estimateOf(say(text));
      isOver = true;
      tookMs = workedMs() - beganAt;
      return longest;
    });
    expect(held).toBeLessThan(500);
    expect(tookMs).toBeLessThan(15_000);
    const some = await estimateOf(say(text.slice(0, 100_000)));
    expect(tokens / (30 * some)).toBeCloseTo(1, 1);
  }, 60_000);

  it('of much text is about the sum of its parts', async () => {
    const [words, digits] = ['Some words that anybody knows. ', '8 3 5 9 1 7 '].map((each) =>
      each.repeat(50_000),
    );
    const apart = (await estimateOf(say(words ?? ''))) + (await estimateOf(say(digits ?? '')));
    expect((await estimateOf(say(`${words}${digits}`))) / apart).toBeCloseTo(1, 1);
  });

  it('of much text lets others work in between and ends when its caller goes', async () => {
    const { gateway, ledger, store } = createHarness([createScriptedProvider('first')]);
    const aborter = new AbortController();
    const answer = gateway.perform(callerWith(), count(say('word '.repeat(800_000))), aborter.signal);
    await settled();
    aborter.abort();
    expect(await answer).toMatchObject({ kind: 'FAILED', failure: { code: 'CANCELLED' } });
    await ledger.flush();
    expect(store.written).toMatchObject([{ status: 'CANCELLED', cost: { kind: 'FREE' } }]);
  });
});
