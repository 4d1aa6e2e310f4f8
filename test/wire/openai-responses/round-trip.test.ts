import { describe, expect, test } from 'vitest';
import { type CompletionContent, createContentFold } from '../../../src/domain/completion-content.ts';
import type { Message } from '../../../src/domain/completion-request.ts';
import type { ProviderEvent } from '../../../src/domain/provider-event.ts';
import { createOpenAiResponsesCodec } from '../../../src/wire/openai-responses/codec.ts';
import { hasRecordings, titleWithRecordings } from '../../support/recordings.ts';
import { decodeStream } from '../fold.ts';
import { type Recording, readRecordings } from '../recordings.ts';
import { encoded, requestOf } from '../requests.ts';

const codec = createOpenAiResponsesCodec();

const contentOf = (events: readonly ProviderEvent[]): CompletionContent => {
  const fold = createContentFold();
  for (const event of events) {
    if (
      event.type === 'textDelta' ||
      event.type === 'refusalDelta' ||
      event.type === 'reasoningDelta' ||
      event.type === 'toolCallEnded'
    )
      fold.add(event);
  }
  return fold.content();
};

/** The answer as a caller passes it back, with a result for every call. */
const turn = ({ text, reasoning, toolCalls }: CompletionContent): readonly Message[] => [
  { role: 'assistant', text, reasoning, toolCalls },
  ...toolCalls.map(({ id }): Message => ({ role: 'tool', toolCallId: id, text: 'ok', isError: false })),
];

const passedBack = (events: readonly ProviderEvent[]) => {
  const { body, warnings } = encoded(codec, 'gpt-5', requestOf({ messages: turn(contentOf(events)) }));
  return { input: (body as { input: readonly Record<string, unknown>[] }).input, warnings };
};

const answer = (...output: readonly object[]) =>
  codec.decodeAnswer(JSON.stringify({ object: 'response', status: 'completed', output }));
const reasoning = (id: string, text?: string) => ({
  type: 'reasoning',
  id,
  encrypted_content: `secret of ${id}`,
  summary: text === undefined ? [] : [{ type: 'summary_text', text }],
});
const call = (id: string) => ({
  type: 'function_call',
  id: `fc_${id}`,
  call_id: id,
  name: 'f',
  arguments: '{}',
});
const message = (text: string) => ({ type: 'message', content: [{ type: 'output_text', text }] });
const result = (id: string) => ({ type: 'function_call_output', call_id: id, output: 'ok' });
const sent = (id: string) => ({ type: 'function_call', call_id: id, name: 'f', arguments: '{}' });

describe('an answer that is passed back', () => {
  test('has its reasoning, with id and encrypted content, before the call that followed it', () => {
    const { input, warnings } = passedBack(answer(reasoning('rs_1', 'I think'), call('a')));
    expect(input).toEqual([reasoning('rs_1', 'I think'), sent('a'), result('a')]);
    expect(warnings).toEqual([]);
  });

  test('has redacted reasoning too', () => {
    expect(passedBack(answer(reasoning('rs_1'), call('a'))).input[0]).toEqual(reasoning('rs_1'));
  });

  test.each([
    ['reasoning before each of the calls', [reasoning('1', 'x'), call('a'), reasoning('2'), call('b')]],
    ['text between', [reasoning('1'), message('Hm'), reasoning('2', 'y'), call('a'), call('b')]],
    ['text at the end', [reasoning('1', 'x'), call('a'), message('Hm')]],
    ['text after reasoning', [reasoning('1', 'x'), message('Hm')]],
    ['several in a row', [reasoning('1', 'x'), reasoning('2', 'y'), call('a')]],
  ])('keeps the order of its items: %s', (_name, output) => {
    const { input } = passedBack(answer(...output));
    const kinds = (items: readonly object[]) =>
      items.map((item) =>
        'content' in item ? 'text' : 'call_id' in item ? item.call_id : 'id' in item ? item.id : undefined,
      );
    expect(kinds(input.filter((item) => item.type !== 'function_call_output'))).toEqual(kinds(output));
  });

  test('has reasoning in plain words where the server gives it so', () => {
    const item = {
      type: 'reasoning',
      id: 'r',
      content: [{ type: 'reasoning_text', text: 'Hm' }],
      summary: [],
    };
    expect(passedBack(answer(item, call('a'))).input[0]).toEqual(item);
  });

  test('has no reasoning that nothing followed, as that is refused, and says so', () => {
    const { input, warnings } = passedBack(answer(reasoning('rs_1', 'I think')));
    expect(input).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining('left out (1 of its blocks)')]);
  });

  test('takes signatures of its own alone', () => {
    const garbage = ['sig', '', 'e30', 'bnVsbA', Buffer.from('{"type":"reasoning"}').toString('base64url')];
    for (const signature of garbage) {
      const given: Message = {
        role: 'assistant',
        text: 'Hi',
        reasoning: [{ text: 'Hm', signature }],
        toolCalls: [{ id: 'a', name: 'f', arguments: '{}', signature }],
      };
      const { body } = encoded(codec, 'm', requestOf({ messages: [given] }));
      expect(body).toMatchObject({ input: [{ role: 'assistant', content: 'Hi' }, sent('a')] });
    }
  });
});

const { recordings } = readRecordings();
const reasoned = recordings.filter(
  (one) =>
    one.dialect === 'openai-responses' && one.status === 200 && /"encrypted_content": ?"./.test(one.body),
);

/** The ids of reasoning and of calls in the order in which the answer gave them. */
const orderIn = ({ body, isStream }: Recording): readonly unknown[] => {
  type Item = { type: string; id: string; call_id?: string; encrypted_content?: string | null };
  const items: Item[] = isStream
    ? body
        .split('\n')
        .filter((line) => line.startsWith('data: ') && line.includes('"type":"response.output_item.done"'))
        .map((line) => (JSON.parse(line.slice(6)) as { item: Item }).item)
    : (JSON.parse(body) as { output: Item[] }).output;
  return items.flatMap((item): readonly unknown[] => {
    if (item.type === 'function_call') return [item.call_id];
    return item.type === 'reasoning' && item.encrypted_content ? [[item.id, item.encrypted_content]] : [];
  });
};

test('a signature of reasoning on a tool call says nothing of its place', () => {
  const [block] = contentOf(answer(reasoning('rs_1', 'Hm.'), call('c1'))).reasoning;
  const signature = block?.signature;
  if (signature === undefined) throw new Error('the reasoning has no signature');
  const toolCalls = [{ id: 'c1', name: 'f', arguments: '{}', signature }];
  const messages = turn({ ...contentOf(answer()), text: 'Wait.', toolCalls });
  const { body } = encoded(codec, 'gpt-5', requestOf({ messages }));
  expect(body).toMatchObject({ input: [{ role: 'assistant' }, { type: 'function_call' }, {}] });
});

describe.skipIf(!hasRecordings)(titleWithRecordings('recorded answers that are passed back'), () => {
  test('there are some', () => expect(reasoned.length).toBeGreaterThanOrEqual(5));

  test.each(reasoned.map((one) => [one.name, one] as const))('%s', (_name, recording) => {
    const events = recording.isStream
      ? decodeStream(codec, recording.body)
      : codec.decodeAnswer(recording.body);
    const order = orderIn(recording);
    const isFollowed = contentOf(events).text !== '' || contentOf(events).toolCalls.length > 0;
    const actual = passedBack(events).input.flatMap((item): readonly unknown[] => {
      if (item.type === 'function_call') return [item.call_id];
      return item.type === 'reasoning' && item.encrypted_content !== undefined
        ? [[item.id, item.encrypted_content]]
        : [];
    });
    expect(actual).toEqual(isFollowed ? order : []);
  });
});
