import { beforeAll, describe, expect, it } from 'vitest';
import { ANSWERS, END_WORDS, FAULT_WORDS, FAULTS } from './answers.ts';
import type { Face } from './faces.ts';
import { type Failed, RETRY_AFTER_SECONDS, type Said } from './meaning.ts';
import { type ParityServer, parityServer } from './server.ts';
import { CELLS, ownOffering, UPSTREAMS } from './table.ts';

let parity: ParityServer;
beforeAll(async () => {
  parity = await parityServer();
});

const USER = { role: 'user', text: 'Look at the sea.' } as const;

const TEXT: Said = {
  text: 'Good morning',
  end: 'STOP',
  usage: { input: 3, cached: 0, written: 0, output: 2, reasoning: 0 },
};

describe.each(UPSTREAMS)('what $name answers is the same on every face', (upstream) => {
  const rows = ANSWERS.filter(
    ({ said, isFor }) => upstream.words[said.end] !== undefined && (isFor?.(upstream) ?? true),
  ).flatMap((situation) =>
    CELLS.filter(({ isStreamed }) => isStreamed || situation.isStreamOnly !== true).map((cell) => ({
      ...situation,
      ...cell,
    })),
  );

  /** A face that passes on what came says an unknown word as it came. */
  const endFor = ({ name }: Face, { end }: Said): string =>
    end === 'NOVEL' && name === upstream.passedOnBy ? (upstream.words[end] ?? '') : END_WORDS[end][name];

  it.each(rows)('$title: $cell', async ({ face, isStreamed, said, heard }) => {
    parity.next(
      isStreamed ? upstream.stream(Object.values(upstream.frames(said)).flat()) : upstream.whole(said),
    );
    const reply = await face.ask(parity, {
      model: ownOffering(upstream),
      history: face.history([USER]),
      isStreamed,
    });
    if (reply.kind === 'ERROR') throw new Error(`an error: ${reply.word}`);
    const found = face.hear(reply.answer);
    expect(found).toEqual({
      text: said.text ?? '',
      refusal: said.refusal ?? '',
      reasoning: said.reasoning?.text ?? '',
      calls: (said.calls ?? []).map((call) => ({
        ...call,
        id:
          upstream.has.ids && call.id !== undefined
            ? call.id
            : expect.stringMatching(/^[a-zA-Z0-9_-]{1,64}$/),
      })),
      end: endFor(face, said),
      usage: said.usage && upstream.tells(said.usage),
      ...heard?.(face.name, upstream),
    });
  });
});

const wordFor = ({ name }: Face, fault: Failed, hasStatus: boolean): string => {
  const words = FAULT_WORDS[fault];
  if (name === 'graph') return words.graph;
  const [status, word] = name === 'messages' ? words.messages : words.openai;
  return hasStatus ? `${status} ${word}` : word;
};

describe.each(UPSTREAMS)('how $name fails is the same on every face', (upstream) => {
  const rows = FAULTS.flatMap(({ fault, isMidway }) => {
    const refusal = upstream.refuses(fault);
    const failure = upstream.fails(fault);
    return CELLS.flatMap((cell) => {
      const { isStreamed } = cell;
      const row = { fault, ...cell };
      const retryAfter = fault === 'RATE_LIMIT' ? RETRY_AFTER_SECONDS : undefined;
      const inside = isStreamed ? failure && upstream.stream([failure.frame]) : failure?.whole;
      return [
        ...(refusal === undefined
          ? []
          : [{ ...row, way: 'by its status', script: refusal, expected: { retryAfter } }]),
        ...(inside === undefined
          ? []
          : [
              {
                ...row,
                way: 'inside an answer of status 200',
                script: inside,
                expected: { retryAfter: failure?.retryAfter },
              },
            ]),
        ...(!isStreamed || fault !== 'BROKEN'
          ? []
          : [
              {
                ...row,
                fault: 'CUT' as const,
                way: 'midway',
                script: upstream.stream(upstream.frames(TEXT).content),
                expected: {},
              },
            ]),
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
    const reply = await face.ask(parity, {
      model: ownOffering(upstream),
      history: face.history([USER]),
      isStreamed,
    });
    expect(reply).toMatchObject({ kind: 'ERROR', word: wordFor(face, fault, way !== 'midway'), ...expected });
  });
});
