import { expect, it } from 'vitest';
import type { Message } from '../../src/domain/completion-request.ts';
import { asProviderId } from '../../src/domain/ids.ts';
import { sealed, sealsIn, unsealedFor } from '../../src/gateway/sealed-signature.ts';
import { createScriptedProvider } from '../support/scripted-provider.ts';
import {
  callerWith,
  commandWith,
  completed,
  createHarness,
  failed,
  readAll,
  recordIn,
  requestWith,
} from './harness.ts';
import { beginWith, commandOf, done } from './operation-harness.ts';

const assistant = (changes: Partial<Extract<Message, { role: 'assistant' }>>): Message => ({
  role: 'assistant',
  text: '',
  reasoning: [],
  toolCalls: [],
  ...changes,
});
const ask: Message = { role: 'user', parts: [{ type: 'text', text: 'And?' }] };

/** A conversation whose signatures are those of `provider`. */
const conversationWith = (provider: string) =>
  requestWith({
    messages: [
      assistant({
        text: 'Hm.',
        reasoning: [
          { text: 'I think', signature: `mg1.${provider}.s1` },
          { text: '', signature: `mg1.${provider}.s2`, redacted: true },
          { text: 'unsigned' },
          { text: 'of old', signature: 'raw' },
        ],
        toolCalls: [{ id: 'c1', name: 'look', arguments: '{}', signature: `mg1.${provider}.s3.with.dots` }],
      }),
      { role: 'tool', toolCallId: 'c1', text: 'seen', isError: false },
      ask,
    ],
  });

const WITH_OWN = {
  reasoning: [
    { text: 'I think', signature: 's1' },
    { text: '', signature: 's2', redacted: true },
    { text: 'unsigned' },
    { text: 'of old', signature: 'raw' },
  ],
  toolCalls: [{ id: 'c1', name: 'look', arguments: '{}', signature: 's3.with.dots' }],
};
const WITHOUT = {
  text: 'Hm.',
  reasoning: [{ text: 'I think' }, { text: 'unsigned' }, { text: 'of old', signature: 'raw' }],
  toolCalls: [{ id: 'c1', name: 'look', arguments: '{}' }],
};

it('what a provider signs comes out sealed, and goes back to it as it was', async () => {
  const provider = createScriptedProvider('my.relay');
  const { gateway } = createHarness([provider]);
  provider.answer(
    { type: 'reasoningDelta', text: 'I think', signature: 's1' },
    { type: 'toolCallEnded', index: 0, id: 'c1', name: 'look', arguments: '{}', signature: 's3' },
    completed,
  );
  const events = await readAll(gateway.complete(callerWith(), commandWith()));
  expect(events).toContainEqual({ type: 'reasoningDelta', text: 'I think', signature: 'mg1.my~relay.s1' });
  expect(events).toContainEqual(
    expect.objectContaining({ type: 'toolCallEnded', signature: 'mg1.my~relay.s3' }),
  );
  provider.answer(completed);
  const record = recordIn(
    await readAll(gateway.complete(callerWith(), commandWith({ request: conversationWith('my~relay') }))),
  );
  expect(provider.calls[1]?.call.request.messages[0]).toMatchObject(WITH_OWN);
  expect(record.warnings).toEqual([]);
});

it('is no other provider’s whose id begins alike', () => {
  const [one, other] = [asProviderId('a'), asProviderId('a.b')];
  const event = sealed({ type: 'reasoningDelta', text: '', signature: 's' }, other);
  const request = requestWith({ messages: [assistant({ reasoning: [event] }), ask] });
  expect(sealsIn(request)).toEqual([other]);
  expect(unsealedFor(other, request).request.messages[0]).toMatchObject({ reasoning: [{ signature: 's' }] });
  expect(unsealedFor(one, request).warnings).toHaveLength(1);
});

it('a redacted block of another provider is left out whole, whatever text stands with it', () => {
  const block = { text: 'Not from it.', redacted: true, signature: 'mg1.first.s' };
  const request = requestWith({ messages: [assistant({ reasoning: [block] }), ask] });
  expect(unsealedFor(asProviderId('second'), request)).toMatchObject({
    request: { messages: [{ reasoning: [] }, {}] },
    warnings: [{ parameter: 'messages' }],
  });
});

it('requests without seals are passed on as they are', () => {
  const request = requestWith({
    messages: [assistant({ reasoning: [{ text: 't', signature: 'raw' }] }), ask],
  });
  expect(unsealedFor(asProviderId('first'), request).request).toBe(request);
});

it('the provider that signed comes first; after its failure others get the words without signatures', async () => {
  const [first, second] = [createScriptedProvider('first'), createScriptedProvider('second')];
  const { gateway } = createHarness([first, second]);
  second.answer(failed('OVERLOADED'));
  first.answer(completed);
  const record = recordIn(
    await readAll(gateway.complete(callerWith(), commandWith({ request: conversationWith('second') }))),
  );
  expect(record.route.candidates).toEqual(['second/talker', 'first/talker']);
  expect(second.calls[0]?.call.request.messages[0]).toMatchObject(WITH_OWN);
  expect(first.calls[0]?.call.request.messages[0]).toEqual({ role: 'assistant', ...WITHOUT });
  expect(record.warnings).toEqual([
    {
      code: 'ADJUSTED_PARAMETER',
      parameter: 'messages',
      message: expect.stringContaining('3 of the conversation'),
    },
  ]);
});

it('the latest of several that signed comes first', () => {
  const signed = (provider: string): Message =>
    assistant({ reasoning: [{ text: 't', signature: `mg1.${provider}.s` }] });
  const request = requestWith({ messages: [signed('first'), ask, signed('second'), ask] });
  expect(sealsIn(request)).toEqual(['second', 'first']);
});

it('counting tokens goes by the same rules', async () => {
  const { perform, first, second } = beginWith(['first', 'second'], { operations: ['TOKEN_COUNT'] });
  second.answerOperation(done({ inputTokens: 9, method: 'PROVIDER' }));
  await perform(commandOf('TOKEN_COUNT', conversationWith('second')));
  expect(first.operationCalls).toHaveLength(0);
  expect(second.operationCalls[0]?.request).toMatchObject({ messages: [WITH_OWN, {}, {}] });
});
