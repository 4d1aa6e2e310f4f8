import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bedrock } from '../../../../src/adapters/providers/known/bedrock.ts';
import { cohere } from '../../../../src/adapters/providers/known/cohere.ts';
import { hasRecordings, titleWithRecordings } from '../../../support/recordings.ts';
import { fold } from '../../../wire/fold.ts';
import { type Connected, connected } from './connected.ts';
import { type Held, recordedBedrock, recordedCohere } from './recorded.ts';

const PROVIDERS = [
  {
    known: bedrock,
    recorded: recordedBedrock,
    model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    least: 20,
  },
  { known: cohere, recorded: recordedCohere, model: 'command-a-03-2025', least: 10 },
];

describe.skipIf(!hasRecordings).each(PROVIDERS)(
  titleWithRecordings('recorded answers of $known.name'),
  (provider) => {
    const recordings = hasRecordings ? provider.recorded() : [];
    let side: Connected;
    beforeAll(async () => {
      side = await connected(provider.known);
    });
    afterAll(() => side.close());

    test('there are as many as ever', () => {
      expect(recordings.length).toBeGreaterThanOrEqual(provider.least);
    });

    test.each(recordings)('$name', async ({ script, stream, held }) => {
      side.upstream.enqueue(script);
      const before = side.upstream.requests.length;
      const events = await side.complete(provider.model, {}, stream);
      expect(side.upstream.requests.length - before, 'a call is one request').toBe(1);
      const { text, reasoning, toolCalls, usage, end } = fold(events);
      const seen: Held = {
        text,
        reasoning,
        calls: toolCalls.map((call) => ({ name: call.name, arguments: JSON.parse(call.arguments) })),
        input: usage?.input,
        output: usage?.output,
        finish: end.type === 'completed' ? end.rawFinishReason : undefined,
      };
      expect(seen).toEqual(held);
    });
  },
);
