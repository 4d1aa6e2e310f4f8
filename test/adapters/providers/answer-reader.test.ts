import { expect, test } from 'vitest';
import { AnswerReader } from '../../../src/adapters/providers/answer-reader.ts';
import type { ProviderEvent } from '../../../src/domain/provider-event.ts';
import { createOpenAiCodec } from '../../../src/wire/openai/codec.ts';

const ANSWER = '{"choices":[{"index":0,"message":{"content":"Hi"},"finish_reason":"stop"}]}';
const STREAM = `data: ${ANSWER}\n\ndata: [DONE]\n\n`;

test.each([
  ['an answer', ANSWER],
  ['a stream', STREAM],
])(
  '%s that does not say what it is may begin with spaces and a byte order mark, wherever they are split',
  (_, body) => {
    for (const lead of ['', '\uFEFF', '\n\n', ' \r\n\t', '\uFEFF \n']) {
      const bytes = Buffer.from(lead + body);
      for (let at = 0; at < 8; at += 1) {
        const events: ProviderEvent[] = [];
        const reader = new AnswerReader(createOpenAiCodec({}), undefined, undefined, {
          give: (event) => events.push(event),
        });
        reader.push(bytes.subarray(0, at));
        reader.push(bytes.subarray(at));
        reader.end(false);
        expect(events, `${JSON.stringify(lead)} split at ${at}`).toMatchObject([
          { type: 'answering' },
          { type: 'textDelta', text: 'Hi' },
          { type: 'completed', finishReason: 'STOP' },
        ]);
      }
    }
  },
);
