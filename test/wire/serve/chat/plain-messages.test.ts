import { describe, expect, it } from 'vitest';
import type { ClientRequest } from '../../../../src/domain/client-request.ts';
import type { JsonObject } from '../../../../src/domain/json.ts';
import { createOpenAiCodec } from '../../../../src/wire/openai/codec.ts';
import type { OpenAiQuirks } from '../../../../src/wire/openai/quirks.ts';
import { readChatRequest } from '../../../../src/wire/serve/chat/read-request.ts';
import { forwardingOf } from '../../forwarding.ts';

const said = (role: string, content: string): JsonObject => ({ role, content });
const long = Array.from({ length: 40 }, (_, at) => said(at % 2 === 0 ? 'user' : 'assistant', `${at}`));

const CONVERSATIONS: { readonly [name: string]: readonly JsonObject[] } = {
  'a question': [said('user', 'Hello')],
  'instructions and turns': [
    said('system', 'Be brief.'),
    said('user', 'A'),
    said('assistant', 'B'),
    said('user', ''),
  ],
  'instructions alone': [said('system', 'Be brief.')],
  'an empty instruction': [said('system', ''), said('user', 'A')],
  'the beginning of an answer': [said('user', 'A'), said('assistant', 'B')],
  'an empty answer at the end': [said('user', 'A'), said('assistant', ' ')],
  'a long one': long,
};

/** A member that says nothing keeps them from being taken for plain. */
const lookedAt = (messages: readonly JsonObject[]): readonly JsonObject[] =>
  messages.map((message) => ({ ...message, cache_control: null }));

const read = (messages: readonly JsonObject[]) => {
  const found = readChatRequest({ model: 'm', messages, temperature: 0.5 });
  if (found.kind !== 'OK') throw new Error(found.problem);
  return found;
};

describe.each(Object.entries(CONVERSATIONS))('text alone: %s', (_name, messages) => {
  it('is read like any other', () => {
    const plain = read(messages);
    const other = read(lookedAt(messages));
    expect(other.plain).toBeUndefined();
    expect({ ...plain.request }).toEqual(other.request);
    expect(plain.unread).toEqual(other.unread);
  });

  it('is counted as it is', () => {
    const { plain, request } = read(messages);
    expect(plain).toEqual({
      messages: messages.length,
      turns: request.messages.filter(({ role }) => role !== 'system').length,
      userTurns: request.messages.filter(({ role }) => role === 'user').length,
      characters: messages.reduce((sum, { content }) => sum + String(content).length, 0),
    });
  });

  it.each<readonly [string, OpenAiQuirks, string]>([
    ['usual', {}, 'gpt-4o-mini'],
    ['one with other names', { supportsDeveloperRole: false, takesUnknownMessageFields: false }, 'm'],
    ['one that refuses prefills', { assistantPrefill: 'refused' }, 'm'],
    [
      'one that wants an answer after results',
      { needsAnswerAfterResults: true, takesMediaInResults: false },
      'm',
    ],
    ['one without media', { files: 'none', supportsAudio: false, promptCaching: 'none' }, 'm'],
  ])('is passed on like any other: %s', (_server, quirks, model) => {
    const { plain } = read(messages);
    const client: ClientRequest = { dialect: 'openai', body: { model, messages }, headers: {}, unread: [] };
    const codec = createOpenAiCodec(quirks);
    const known = { ...client, ...(plain !== undefined && { plain }) };
    expect(plain).toBeDefined();
    expect(codec.forward?.(model, forwardingOf(known, false))).toEqual(
      codec.forward?.(model, forwardingOf(client, false)),
    );
  });
});

it('a message that holds more than text is looked at', () => {
  for (const message of [
    { role: 'developer', content: 'a' },
    { role: 'user', content: 'a', name: 'Ann' },
    { role: 'user', content: [{ type: 'text', text: 'a' }] },
    { role: 'assistant', content: 'a', refusal: 'b' },
  ])
    expect(read([said('user', 'Hello'), message]).plain).toBeUndefined();
});
