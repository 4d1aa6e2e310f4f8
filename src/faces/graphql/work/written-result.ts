import { randomUUID } from 'node:crypto';
import type { ExecutionResult } from 'graphql';
import type { Pause } from '../../../domain/pause.ts';
import { ClientHasGone, isPaced, pauseOf } from './pace.ts';

/** Below so many levels values are written whole: so deep are the members of lists. */
const LEVELS = 5;
const PIECE_CHARACTERS = 16_384;

const isContainer = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !('toJSON' in value);

/** Gives parts of the JSON of a value, in their order. */
function* partsOf(value: unknown, levels: number): Generator<string, void> {
  if (levels === 0 || !isContainer(value)) {
    yield JSON.stringify(value) ?? 'null';
    return;
  }
  let separator = '';
  if (Array.isArray(value)) {
    yield '[';
    for (const member of value) {
      if (separator !== '') yield separator;
      separator = ',';
      yield* partsOf(member, levels - 1);
    }
    yield ']';
    return;
  }
  yield '{';
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    yield `${separator}${JSON.stringify(name)}:`;
    separator = ',';
    yield* partsOf(member, levels - 1);
  }
  yield '}';
}

/** Writes a large result as JSON in slices; the texts together are what JSON.stringify gives. */
export const writeInSlices = async (result: ExecutionResult, pause: Pause): Promise<readonly string[]> => {
  const pieces: string[] = [];
  let piece = '';
  for (const part of partsOf(result, LEVELS)) {
    piece += part;
    if (piece.length < PIECE_CHARACTERS) continue;
    pieces.push(piece);
    piece = '';
    const paused = pause();
    if (paused !== undefined) await paused;
  }
  if (piece !== '') pieces.push(piece);
  return pieces;
};

/** A heavy operation's result, written. Undefined: it is light, or nobody waits for it any more. */
export const writtenFor = async (
  context: unknown,
  result: ExecutionResult,
): Promise<SlicedMessage | undefined> => {
  if (!isPaced(context)) return undefined;
  const pause = pauseOf(context);
  try {
    return { pieces: await writeInSlices(result, pause), pause };
  } catch (error) {
    if (error instanceof ClientHasGone) return undefined;
    throw error;
  }
};

/** A message in the pieces in which it is to be sent. */
export type SlicedMessage = { readonly pieces: readonly string[]; readonly pause: Pause };

/** Sends one piece after another, each in a slice of its own. Ends early where nobody waits for it any more. */
export const sendInPieces = async (
  { pieces, pause }: SlicedMessage,
  send: (piece: string, isLast: boolean) => Promise<void>,
): Promise<void> => {
  const last = pieces.length - 1;
  try {
    for (const [index, piece] of pieces.entries()) {
      const paused = pause();
      if (paused !== undefined) await paused;
      await send(piece, index === last);
    }
  } catch (error) {
    if (!(error instanceof ClientHasGone)) throw error;
  }
};

/** No name of a field has a hyphen. */
const MARK = `written-${randomUUID()}-`;
const STAND_IN = new RegExp(`\\{"data":\\{"${MARK}(\\d+)":null\\}\\}`);

/** What protocols write themselves, in one piece: they are given a stand-in, whose place the pieces take that are written already. */
export class WrittenResults {
  readonly #messages = new Map<string, SlicedMessage>();
  #last = 0;

  standInFor(message: SlicedMessage): ExecutionResult {
    // What is never sent is never asked for.
    const toJSON = (): ExecutionResult => {
      this.#last += 1;
      this.#messages.set(String(this.#last), message);
      return { data: { [`${MARK}${this.#last}`]: null } };
    };
    return Object.assign({ data: null }, { toJSON });
  }

  /** The pieces of a protocol's message; undefined: it has no such result, and is sent as it is. */
  take(text: string): SlicedMessage | undefined {
    if (this.#messages.size === 0) return undefined;
    const found = STAND_IN.exec(text);
    if (found === null) return undefined;
    const [standIn, number = ''] = found;
    const message = this.#messages.get(number);
    this.#messages.delete(number);
    if (message === undefined) return undefined;
    const { pieces, pause } = message;
    return {
      pieces: [text.slice(0, found.index), ...pieces, text.slice(found.index + standIn.length)],
      pause,
    };
  }
}
