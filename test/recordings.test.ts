import { describe, expect, test } from 'vitest';
import { recordedBedrock, recordedCohere } from './adapters/providers/ai-sdk/recorded.ts';
import { REPLAYED_EXCHANGES } from './adapters/providers/ai-sdk/recorded-files.ts';
import { hasRecordings, recordedFiles, titleWithRecordings } from './support/recordings.ts';
import { REPLAYED_OPERATIONS } from './wire/operations/recorded-files.ts';
import { readRecordings } from './wire/recordings.ts';

/** What no suite replays, and why. CHAT counts among the answers of language models that are to be replayed. */
const EXCEPTIONS: readonly {
  readonly files: RegExp;
  readonly is: 'CHAT' | 'OTHER';
  readonly reason: string;
}[] = [
  {
    files: /openai\/responses__parallel-tool-call-wrapper\.1\.chunks/,
    is: 'CHAT',
    reason: 'written by hand: its first line lacks a brace and is no JSON',
  },
  {
    files: /openai\/completion__/,
    is: 'OTHER',
    reason: 'the legacy text completions API, which has no messages',
  },
  {
    files: /google\/interactions__/,
    is: 'OTHER',
    reason: "Gemini's Interactions API: the same models are asked by generateContent",
  },
  { files: /skills__/, is: 'OTHER', reason: 'uploads of skills, which no operation here makes' },
  {
    files: /speech-translation__/,
    is: 'OTHER',
    reason: 'live translation over a socket, which no operation here makes',
  },
  {
    files: /vercel-ai\/(cartesia|fal|gladia|revai)\//,
    is: 'OTHER',
    reason: 'transcripts of providers that are not in the registry',
  },
];

const plainName = (name: string): string => name.replace(/ \(answer \d+\)$/, '');

describe.skipIf(!hasRecordings)(titleWithRecordings('the recordings'), () => {
  const all = recordedFiles();
  const chats = new Set(
    hasRecordings
      ? [...readRecordings().recordings, ...recordedBedrock(), ...recordedCohere()].map(({ name }) =>
          plainName(name),
        )
      : [],
  );
  const others = new Set<string>([...REPLAYED_OPERATIONS, ...REPLAYED_EXCHANGES]);
  const exceptionOf = (name: string) => EXCEPTIONS.find(({ files }) => files.test(name));
  const missing = all.filter((name) => !chats.has(name) && !others.has(name));
  const lost = missing.filter((name) => exceptionOf(name)?.is === 'CHAT');
  const rate = chats.size / (chats.size + lost.length);
  const percent = Math.floor(rate * 1_000) / 10;

  test('are each replayed by a suite, or an exception with its reason', () => {
    expect(missing.filter((name) => exceptionOf(name) === undefined)).toEqual([]);
    expect([...chats, ...others].filter((name) => !all.includes(name))).toEqual([]);
    expect(EXCEPTIONS.filter(({ files }) => !missing.some((name) => files.test(name)))).toEqual([]);
  });

  test(`of language models are replayed: ${percent} % of ${chats.size + lost.length}, and ${others.size} others`, () => {
    expect(chats.size).toBeGreaterThanOrEqual(300);
    expect(rate).toBeGreaterThanOrEqual(0.99);
  });
});
