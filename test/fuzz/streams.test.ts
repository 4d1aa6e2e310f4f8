import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AnswerReader, type Quoted } from '../../src/adapters/providers/answer-reader.ts';
import { FAILURE_CODES } from '../../src/domain/failure.ts';
import { type JsonValue, parseJson } from '../../src/domain/json.ts';
import type { ProviderEvent } from '../../src/domain/provider-event.ts';
import type { UpstreamCodec } from '../../src/wire/codec.ts';
import { fold } from '../wire/fold.ts';
import { CORPORA, type Corpus } from './dialect-corpus.ts';
import { holds } from './fuzz.ts';
import { changedJson, cuts, damaged, edits, inPieces } from './strange-json.ts';

/** All events of an answer that comes in these pieces, up to the one that ends it, as a run takes them. */
const eventsOf = (
  codec: UpstreamCodec,
  pieces: readonly Uint8Array[],
  { contentType = 'text/event-stream', quoted, isBroken = false }: Told = {},
): readonly ProviderEvent[] => {
  const events: ProviderEvent[] = [];
  let isOver = false;
  const reader = new AnswerReader(codec, contentType, quoted, {
    give(event) {
      if (!isOver) events.push(event);
      isOver ||= event.type === 'completed' || event.type === 'failed';
    },
  });
  for (const piece of pieces) reader.push(piece);
  reader.end(isBroken);
  return events;
};
type Told = { readonly contentType?: string; readonly quoted?: Quoted; readonly isBroken?: boolean };

/** As text, without what is made up anew each time. */
const plain = (events: readonly ProviderEvent[]): string => {
  const ids: string[] = [];
  return JSON.stringify(events).replaceAll(/call_mg[0-9a-f]{32}/g, (id) => {
    if (!ids.includes(id)) ids.push(id);
    return `made_up_${ids.indexOf(id)}`;
  });
};

/** Events whose place among the others is not told. */
const APART: ReadonlySet<string> = new Set(['answering', 'verbatim', 'rateLimits', 'billed']);

/** What all that is read must be, whatever came. */
const checkEvents = (events: readonly ProviderEvent[]): void => {
  expect(events.filter(({ type }) => type === 'answering').length).toBeLessThan(2);
  const read = events.filter(({ type }) => !APART.has(type));
  const { end, usage } = fold(read);
  if (end.type === 'failed') expect(FAILURE_CODES).toContain(end.failure.code);
  for (const [name, count] of Object.entries(usage ?? {}))
    if (typeof count === 'number' && !(Number.isSafeInteger(count) && count >= 0))
      throw new Error(`${name} is ${count}`);
};

const DATA = /^data: ?(.*)$/m;

/** A stream's frames with some of them changed, left out, repeated, moved or of another stream. */
const changedFrames = ({ streams }: Corpus): fc.Arbitrary<readonly string[]> =>
  fc.constantFrom(...streams).chain((frames) => {
    const values = frames.map((frame): JsonValue | undefined => parseJson(DATA.exec(frame)?.[1] ?? ''));
    const one = fc.nat(frames.length - 1).chain((at) => {
      const frame = frames[at] ?? '';
      const value = values[at];
      const put =
        value === undefined
          ? fc.constantFrom('data: [DONE]\n\n', 'data: null\n\n', ': x\n\n', 'event: error\ndata: {}\n\n')
          : changedJson([value], 2).map((text) => frame.replace(DATA, () => `data: ${text}`));
      return fc.record({
        at: fc.constant(at),
        kind: fc.constantFrom('PUT', 'PUT', 'PUT', 'DROP', 'TWICE', 'MOVE'),
        put,
        to: fc.nat(frames.length),
      });
    });
    return fc.array(one, { maxLength: 3 }).map((changes) => {
      const now = [...frames];
      for (const { at, kind, put, to } of changes) {
        const place = at % Math.max(1, now.length);
        if (kind === 'PUT') now[place] = put;
        else if (kind === 'DROP') now.splice(place, 1);
        else if (kind === 'TWICE') now.splice(place, 0, put);
        else now.splice(to, 0, ...now.splice(place, 1));
      }
      return now;
    });
  });

const QUOTED: readonly (Quoted | undefined)[] = [undefined, 'STREAM'];
const encode = (frames: readonly string[]): Uint8Array => new TextEncoder().encode(frames.join(''));

describe.each(CORPORA)('a stream of $dialect', (corpus) => {
  const { codec, streams, streamEnd } = corpus;

  test('reads the same wherever it is split', () => {
    for (const frames of streams.slice(0, 3)) {
      const bytes = encode(frames);
      const whole = plain(eventsOf(codec, [bytes]));
      expect(fold(eventsOf(codec, [bytes])).end.type).toBe('completed');
      for (let at = 1; at < bytes.byteLength; at += 1)
        expect(plain(eventsOf(codec, inPieces(bytes, [at]))), `split at ${at}`).toBe(whole);
    }
  });

  test('is no success where it is cut before it says why it ended', () => {
    for (const [index, frames] of streams.entries()) {
      const text = frames.join('');
      const step = 1 + Math.floor(text.length / (index < 3 ? 250 : 40));
      for (let at = 0; at < text.length; at += step) {
        const cut = text.slice(0, at);
        if (streamEnd.test(cut)) break;
        const quoted = QUOTED[at % 2];
        const told = { isBroken: at % 3 === 0, ...(quoted !== undefined && { quoted }) };
        const last = eventsOf(codec, [new TextEncoder().encode(cut)], told).at(-1);
        expect(last?.type, `cut at ${at}`).toBe('failed');
      }
    }
  });

  test('ends once, in order and in nothing but an answer or a failure, however its frames are changed', () => {
    const drawn = fc.tuple(changedFrames(corpus), edits(1), cuts(), fc.constantFrom(...QUOTED));
    holds(250, drawn, ([frames, changes, places, quoted]) => {
      const bytes = damaged(encode(frames), changes);
      const told = quoted === undefined ? {} : { quoted };
      const events = eventsOf(codec, [bytes], told);
      checkEvents(events);
      if (!streamEnd.test(new TextDecoder().decode(bytes))) expect(events.at(-1)?.type).toBe('failed');
      expect(plain(eventsOf(codec, inPieces(bytes, places), told))).toBe(plain(events));
    });
  });
});

describe.each(CORPORA)('an answer of $dialect whose kind is not told', ({ codec, streams, answers }) => {
  const bodies = [
    ...streams.map((frames) => frames.join('')),
    ...answers.map((each) => JSON.stringify(each)),
  ];
  const LEADS = ['', '\uFEFF', '\n', ' \r\n\t'];

  test('is told by its beginning wherever that is split', () => {
    const drawn = fc.tuple(fc.constantFrom(...bodies), fc.constantFrom(...LEADS), fc.nat(8), fc.nat(8));
    holds(60, drawn, ([body, lead, ...places]) => {
      const bytes = Buffer.from(lead + body);
      const told = { contentType: '' };
      const whole = eventsOf(codec, [bytes], told);
      expect(plain(eventsOf(codec, inPieces(bytes, places), told))).toBe(plain(whole));
    });
  });
});
