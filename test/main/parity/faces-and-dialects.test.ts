import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANSWERS, END_WORDS, FAULT_WORDS, FAULTS } from './answers.ts';
import type { Face } from './faces.ts';
import { GRAPH_FACE } from './graph-face.ts';
import { type Fault, RETRY_AFTER_SECONDS, type Said, type Upstream } from './meaning.ts';
import { CHAT, MISTRAL, RESPONSES } from './openai-upstreams.ts';
import { BEDROCK, COHERE } from './package-upstreams.ts';
import { CHAT_FACE, MESSAGES_FACE, RESPONSES_FACE } from './rest-faces.ts';
import { type ParityServer, startParityServer } from './server.ts';
import { ANTHROPIC, GEMINI } from './vendor-upstreams.ts';

const FACES: readonly Face[] = [CHAT_FACE, RESPONSES_FACE, MESSAGES_FACE, GRAPH_FACE];
const UPSTREAMS: readonly Upstream[] = [CHAT, MISTRAL, RESPONSES, ANTHROPIC, GEMINI, COHERE, BEDROCK];
const MODES = ['whole', 'streamed'] as const;

let parity: ParityServer;
beforeAll(async () => {
  parity = await startParityServer();
});
afterAll(() => parity?.stop());

let count = 0;
/** One that no other row has asked: what failed is left alone for a while. */
const ownOffering = ({ offering }: Upstream): string => {
  count += 1;
  return `offering:${offering}-${count}`;
};

const USER = { role: 'user', text: 'Look at the sea.' } as const;
const cells = FACES.flatMap((face) => MODES.map((mode) => ({ face, mode, cell: `${face.name}, ${mode}` })));

const TEXT: Said = {
  text: 'Good morning',
  end: 'STOP',
  usage: { input: 3, cached: 0, output: 2, reasoning: 0 },
};

describe.each(UPSTREAMS)('what $name answers is the same on every face', (upstream) => {
  const rows = ANSWERS.filter(
    ({ said, isFor }) => upstream.words[said.end] !== undefined && (isFor?.(upstream) ?? true),
  ).flatMap((situation) =>
    cells
      .filter(({ mode }) => mode === 'streamed' || situation.isStreamOnly !== true)
      .map((cell) => ({ ...situation, ...cell })),
  );

  /** A face that passes on what came says an unknown word as it came. */
  const endFor = ({ name }: Face, { end }: Said): string =>
    end === 'NOVEL' && (name === upstream.name || (name === 'chat' && upstream.name === 'mistral'))
      ? (upstream.words[end] ?? '')
      : END_WORDS[end][name];

  it.each(rows)('$title: $cell', async ({ face, mode, said, heard }) => {
    const isStreamed = mode === 'streamed';
    parity.next(
      isStreamed ? upstream.stream(Object.values(upstream.frames(said)).flat()) : upstream.whole(said),
    );
    const reply = await face.ask(parity, ownOffering(upstream), face.history([USER]), isStreamed);
    if (reply.kind === 'ERROR') throw new Error(`an error: ${reply.word}`);
    const found = face.hear(reply.answer);
    expect(found).toEqual({
      text: said.text ?? '',
      refusal: said.refusal ?? '',
      reasoning: said.reasoning?.text ?? '',
      calls: (said.calls ?? []).map((call) => ({
        ...call,
        id: upstream.has.ids ? call.id : expect.stringMatching(/^[a-zA-Z0-9_-]{1,64}$/),
      })),
      end: endFor(face, said),
      usage: upstream.tells(said.usage),
      ...heard?.(face.name),
    });
  });
});

const wordFor = ({ name }: Face, fault: Fault, hasStatus: boolean): string => {
  const words = FAULT_WORDS[fault];
  if (name === 'graph') return words.graph;
  const [status, word] = name === 'messages' ? words.messages : words.openai;
  return hasStatus ? `${status} ${word}` : word;
};

describe.each(UPSTREAMS)('how $name fails is the same on every face', (upstream) => {
  const rows = FAULTS.flatMap(({ fault, isMidway }) => {
    const refusal = upstream.refuses(fault);
    const failure = upstream.fails(fault);
    return cells.flatMap(({ mode, ...cell }) => {
      const isStreamed = mode === 'streamed';
      const row = { fault, isStreamed, ...cell };
      const retryAfter = fault === 'RATE_LIMIT' ? RETRY_AFTER_SECONDS : undefined;
      const inside = isStreamed ? failure && upstream.stream([failure.frame]) : failure?.whole;
      return [
        ...(refusal === undefined
          ? []
          : [{ ...row, way: 'by its status', script: refusal, expected: { retryAfter } }]),
        ...(inside === undefined
          ? []
          : [{ ...row, way: 'inside an answer of status 200', script: inside, expected: {} }]),
        ...(failure === undefined || !isStreamed || !isMidway
          ? []
          : [
              {
                ...row,
                way: 'midway',
                script: upstream.stream([...upstream.frames(TEXT).content, failure.frame]),
                expected: {},
              },
            ]),
      ];
    });
  });

  it.each(rows)('$fault, $way: $cell', async ({ fault, face, isStreamed, way, script, expected }) => {
    parity.next(script);
    const reply = await face.ask(parity, ownOffering(upstream), face.history([USER]), isStreamed);
    expect(reply).toMatchObject({ kind: 'ERROR', word: wordFor(face, fault, way !== 'midway'), ...expected });
  });
});
