import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { knownProvider } from '../../../src/adapters/providers/registry.ts';
import type { ProviderEvent } from '../../../src/domain/provider-event.ts';
import {
  ANTHROPIC_TURN,
  BEDROCK_TURN,
  CHAT_TURN,
  COHERE_TURN,
  GEMINI_TURN,
  RESPONSES_TURN,
} from '../../fixtures/upstream/turns.ts';
import { providerEvents } from '../../support/provider-events.ts';
import { type Piece, type Script, startUpstream, type Upstream } from '../../support/upstream.ts';
import { type KnownConnections, startConnections } from './connect-known.ts';

let connections: KnownConnections;
let upstream: Upstream;
beforeAll(async () => {
  connections = await startConnections('a-key-0123456789');
});
beforeEach(async () => {
  upstream = await startUpstream();
});
afterEach(() => upstream.close());
afterAll(() => connections.close());

type Case = {
  readonly id: string;
  readonly model: string;
  readonly answer: Script;
  /** How many frames at the end the answer is whole without: what comes after its terminal mark. */
  readonly after: number;
};

const CASES: readonly Case[] = [
  // The finish reason is a terminal mark as good as [DONE]; usage comes after it.
  { id: 'openai', model: 'gpt-4o-mini', answer: CHAT_TURN, after: 2 },
  { id: 'azure', model: 'gpt-4o-mini', answer: CHAT_TURN, after: 2 },
  { id: 'openrouter', model: 'openai/gpt-4o-mini', answer: CHAT_TURN, after: 2 },
  { id: 'openai', model: 'gpt-5-mini', answer: RESPONSES_TURN, after: 0 },
  { id: 'anthropic', model: 'claude-sonnet-4-5', answer: ANTHROPIC_TURN, after: 0 },
  { id: 'vertex', model: 'claude-sonnet-4-5', answer: ANTHROPIC_TURN, after: 0 },
  { id: 'google', model: 'gemini-2.5-flash', answer: GEMINI_TURN, after: 0 },
  { id: 'vertex', model: 'gemini-2.5-flash', answer: GEMINI_TURN, after: 0 },
  { id: 'bedrock', model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', answer: BEDROCK_TURN, after: 1 },
  { id: 'cohere', model: 'command-a-03-2025', answer: COHERE_TURN, after: 0 },
];

const piecesOf = ({ body }: Script): readonly Piece[] => {
  if (!Array.isArray(body)) throw new Error('a stream comes in pieces');
  return body;
};

const bytesOf = (piece: Piece | undefined): Buffer => {
  if (typeof piece !== 'string' && !(piece instanceof Uint8Array)) throw new Error('a frame is bytes');
  return Buffer.from(piece);
};

describe.each(CASES)('$id, $model', ({ id, model, answer, after }) => {
  const pieces = piecesOf(answer);
  const lastOf = async (body: readonly Piece[], ending: 'end' | 'cut') => {
    const known = knownProvider(id);
    if (known === undefined) throw new Error(`${id} is not known`);
    const provider = await connections.connect(known, upstream);
    upstream.enqueue({ ...answer, body, ending });
    const call = {
      providerModelId: model,
      request: { messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }], tools: [] },
      stream: true,
    } as const;
    let last: ProviderEvent | undefined;
    for await (const event of providerEvents(provider, call, new AbortController().signal)) last = event;
    return last;
  };

  test.each(['end', 'cut'] as const)(
    'a stream that stops at any frame (%s) is no success',
    async (ending) => {
      const whole = pieces.length - after;
      for (let count = 1; count < whole; count++)
        expect({ count, last: await lastOf(pieces.slice(0, count), ending) }).toMatchObject({
          count,
          last: { type: 'failed', failure: { code: 'TRUNCATED' } },
        });
      expect(await lastOf(pieces.slice(0, whole), 'end')).toMatchObject({ type: 'completed' });
    },
  );

  test('a stream that stops within its last frame is no success', async () => {
    const before = pieces.slice(0, pieces.length - after - 1);
    const frame = bytesOf(pieces[before.length]);
    const cut = [...before, frame.subarray(0, frame.byteLength - 10)];
    expect(await lastOf(cut, 'cut')).toMatchObject({ type: 'failed', failure: { code: 'TRUNCATED' } });
  });
});
