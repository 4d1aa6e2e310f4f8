import { describe, expect, it } from 'vitest';
import { createContentFold } from '../../src/domain/completion-content.ts';
import type { CompletionEvent } from '../../src/domain/completion-event.ts';
import { failureOf } from '../../src/domain/failure.ts';
import { asOfferingId, asProviderId } from '../../src/domain/ids.ts';
import { usageOf } from '../../src/domain/usage.ts';

const contentOf = (...events: readonly CompletionEvent[]) => {
  const fold = createContentFold();
  for (const event of events) fold.add(event);
  return fold.content();
};
const NOTHING = { text: '', refusal: '', reasoning: [], toolCalls: [], sources: [], logprobs: [] };

const text = (said: string): CompletionEvent => ({ type: 'textDelta', text: said });
const thought = (said: string, signature?: string): CompletionEvent => ({
  type: 'reasoningDelta',
  text: said,
  ...(signature !== undefined && { signature }),
});
const redacted = (signature: string): CompletionEvent => ({
  type: 'reasoningDelta',
  text: '',
  signature,
  redacted: true,
});

describe('the content of a completion', () => {
  it('is empty when nothing was said', () => {
    expect(contentOf()).toEqual(NOTHING);
    expect(contentOf({ type: 'usageUpdated', usage: usageOf({ output: 1 }) })).toEqual(NOTHING);
  });

  it('is text and refusal, each put together', () => {
    expect(contentOf(text('Hel'), { type: 'refusalDelta', text: 'I ' }, text('lo 🎈'))).toEqual({
      ...NOTHING,
      text: 'Hello 🎈',
      refusal: 'I ',
    });
  });

  it('has whole tool calls, in the order in which they ended', () => {
    const content = contentOf(
      { type: 'toolCallStarted', index: 0, id: 'a', name: 'look' },
      { type: 'toolCallStarted', index: 1, id: 'b', name: 'ask' },
      { type: 'toolCallDelta', index: 1, argumentsDelta: '{}' },
      { type: 'toolCallEnded', index: 1, id: 'b', name: 'ask', arguments: '{}', signature: 'sig' },
      { type: 'toolCallEnded', index: 0, id: 'a', name: 'look', arguments: '{"broken' },
    );
    expect(content.toolCalls).toEqual([
      { id: 'b', name: 'ask', arguments: '{}', signature: 'sig' },
      { id: 'a', name: 'look', arguments: '{"broken' },
    ]);
  });

  it('has sources, with a title where there is one', () => {
    const content = contentOf(
      { type: 'source', url: 'https://a' },
      { type: 'source', url: 'https://b', title: 'B' },
    );
    expect(content.sources).toEqual([{ url: 'https://a' }, { url: 'https://b', title: 'B' }]);
  });

  const blocks: readonly [what: string, events: readonly CompletionEvent[], blocks: readonly unknown[]][] = [
    ['one without a signature', [thought('h'), thought('m')], [{ text: 'hm' }]],
    [
      'one that its signature closes',
      [thought('h'), thought('m'), thought('', 's')],
      [{ text: 'hm', signature: 's' }],
    ],
    ['one that is signed with its text', [thought('h'), thought('m', 's')], [{ text: 'hm', signature: 's' }]],
    [
      'one after another',
      [thought('a', 's'), thought('b'), thought('', 't')],
      [
        { text: 'a', signature: 's' },
        { text: 'b', signature: 't' },
      ],
    ],
    [
      'a signed one and an open one',
      [thought('a', 's'), thought('b')],
      [{ text: 'a', signature: 's' }, { text: 'b' }],
    ],
    ['a signature alone', [thought('', 's')], [{ text: '', signature: 's' }]],
    [
      'redacted ones around an open one',
      [redacted('x'), thought('a'), redacted('y')],
      [
        { text: '', signature: 'x', redacted: true },
        { text: 'a' },
        { text: '', signature: 'y', redacted: true },
      ],
    ],
    [
      'one that text comes between',
      [thought('a'), text('!'), thought('b', 's')],
      [{ text: 'ab', signature: 's' }],
    ],
    ['nothing', [thought('')], []],
  ];
  it.each(blocks)('has reasoning in blocks: %s', (_what, events, expected) => {
    expect(contentOf(...events).reasoning).toEqual(expected);
  });

  it('can be read at any time, and what was read stays as it was', () => {
    const fold = createContentFold();
    fold.add(thought('h'));
    const early = fold.content();
    fold.add(thought('m', 's'));
    fold.add(text('Hello'));
    fold.add({ type: 'source', url: 'https://a' });
    expect(early).toEqual({ ...NOTHING, reasoning: [{ text: 'h' }] });
    const whole = {
      ...NOTHING,
      text: 'Hello',
      reasoning: [{ text: 'hm', signature: 's' }],
      sources: [{ url: 'https://a' }],
    };
    expect(fold.content()).toEqual(whole);
    expect(fold.content()).toEqual(whole);
  });

  it('is void as far as it is of an attempt that failed and is followed by another', () => {
    const failure = {
      ...failureOf('TRUNCATED', 'cut'),
      providerId: asProviderId('first'),
      offeringId: asOfferingId('first/talker'),
    };
    const attemptFailed = (willRetry: boolean): CompletionEvent => ({
      type: 'attemptFailed',
      attempt: {
        index: 0,
        providerId: failure.providerId,
        offeringId: failure.offeringId,
        status: 'FAILED',
        startedAt: new Date(0),
        durationMs: 1,
        failure,
      },
      willRetry,
    });
    const begun: readonly CompletionEvent[] = [
      thought('h', 's'),
      thought('open'),
      { type: 'textDelta', text: 'Hel', logprobs: [{ token: 'Hel', logprob: 0, top: [] }] },
      { type: 'refusalDelta', text: 'no' },
      { type: 'toolCallEnded', index: 0, id: 'call_1', name: 'look', arguments: '{}' },
      { type: 'source', url: 'https://a' },
    ];
    expect(contentOf(...begun, attemptFailed(true))).toEqual(NOTHING);
    expect(contentOf(...begun, attemptFailed(true), text('Hi'))).toEqual({ ...NOTHING, text: 'Hi' });
    expect(contentOf(...begun, attemptFailed(false)).text).toBe('Hel');
  });
});
