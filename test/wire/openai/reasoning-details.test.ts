import { describe, expect, test } from 'vitest';
import { createContentFold } from '../../../src/domain/completion-content.ts';
import { createOpenAiCodec } from '../../../src/wire/openai/codec.ts';
import { decodeStream, sse } from '../fold.ts';
import { encoded, requestOf } from '../requests.ts';

const codec = createOpenAiCodec({ reasoningHistory: 'reasoning_details' });

/** What is passed back of the details that came, each in a chunk of its own. */
const passedBack = (...details: readonly object[]): unknown => {
  const chunks = details.map((detail) => ({
    id: 'c',
    choices: [{ delta: { reasoning_details: [detail] } }],
  }));
  const fold = createContentFold();
  for (const event of decodeStream(codec, sse(...chunks, '[DONE]')))
    if (event.type === 'reasoningDelta') fold.add(event);
  const { reasoning } = fold.content();
  const { body } = encoded(
    codec,
    'm',
    requestOf({ messages: [{ role: 'assistant', text: 'Hi', reasoning, toolCalls: [] }] }),
  );
  return (body as { messages: [{ reasoning_details?: unknown }] }).messages[0].reasoning_details;
};

describe("OpenRouter's details of reasoning come back as they were", () => {
  test("Anthropic's, in pieces and signed", () => {
    const labels = { format: 'anthropic-claude-v1', index: 0 };
    expect(
      passedBack(
        { type: 'reasoning.text', text: 'I ', ...labels },
        { type: 'reasoning.text', text: 'think', ...labels },
        { type: 'reasoning.text', signature: 'sig', ...labels },
      ),
    ).toEqual([{ type: 'reasoning.text', text: 'I think', signature: 'sig', ...labels }]);
  });

  test("OpenAI's, a summary and an encrypted block", () => {
    const format = 'openai-responses-v1';
    const encrypted = { type: 'reasoning.encrypted', data: 'gAAA', id: 'rs_1', format, index: 0 };
    expect(
      passedBack({ type: 'reasoning.summary', summary: '**In short**', format, index: 0 }, encrypted),
    ).toEqual([{ type: 'reasoning.summary', summary: '**In short**', format }, encrypted]);
  });

  test("Gemini's, encrypted alone, several", () => {
    const one = {
      type: 'reasoning.encrypted',
      data: 'a',
      id: 'tool_1',
      format: 'google-gemini-v1',
      index: 0,
    };
    const two = { ...one, data: 'b', id: 'tool_2', index: 1 };
    expect(passedBack(one, two)).toEqual([one, two]);
  });

  test('plain text, which has no proof', () => {
    expect(passedBack({ type: 'reasoning.text', text: 'Hm' })).toEqual([
      { type: 'reasoning.text', text: 'Hm' },
    ]);
  });
});

describe('a gateway that sends plain pieces and closes the block with all of its text', () => {
  const reasoningIn = (...deltas: readonly object[]) => {
    const chunks = deltas.map((delta) => ({ id: 'c', choices: [{ delta }] }));
    const fold = createContentFold();
    for (const event of decodeStream(codec, sse(...chunks, '[DONE]')))
      if (event.type === 'reasoningDelta') fold.add(event);
    return fold.content().reasoning;
  };
  const closing = (text: string, signature: string) => ({
    reasoning_details: [{ type: 'reasoning.text', text, signature }],
  });

  test('its text is there once', () => {
    expect(
      reasoningIn(
        { reasoning_content: 'I ' },
        { reasoning_content: 'think' },
        closing('I think', 'one'),
        { reasoning_content: 'So' },
        { reasoning_content: ' be it', ...closing('So be it', 'two') },
        closing('And more', 'three'),
      ),
    ).toEqual([
      { text: 'I think', signature: 'one' },
      { text: 'So be it', signature: 'two' },
      { text: 'And more', signature: 'three' },
    ]);
  });

  test('a piece of it that is new is kept', () => {
    expect(reasoningIn({ reasoning: 'I ' }, closing('I think', 'one'))).toEqual([
      { text: 'I think', signature: 'one' },
    ]);
    expect(reasoningIn({ reasoning: 'I ' }, closing('think', 'one'))).toEqual([
      { text: 'I think', signature: 'one' },
    ]);
  });
});
