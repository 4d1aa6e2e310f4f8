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

/** The pieces of a heavy operation's result. Undefined: it is light, or nobody waits for it any more. */
export const writtenFor = async (
  context: unknown,
  result: ExecutionResult,
): Promise<readonly string[] | undefined> => {
  if (!isPaced(context)) return undefined;
  try {
    return await writeInSlices(result, pauseOf(context));
  } catch (error) {
    if (error instanceof ClientHasGone) return undefined;
    throw error;
  }
};

/** No name of a field has a hyphen. */
const MARK = `written-${randomUUID()}-`;
const STAND_IN = new RegExp(`\\{"data":\\{"${MARK}(\\d+)":null\\}\\}`);

/** What protocols write themselves, in one piece: they are given a stand-in, whose place the text takes that is written already. */
export class WrittenResults {
  readonly #texts = new Map<string, string>();
  #last = 0;

  standInFor(pieces: readonly string[]): ExecutionResult {
    // What is never sent is never asked for.
    const toJSON = (): ExecutionResult => {
      this.#last += 1;
      this.#texts.set(String(this.#last), pieces.join(''));
      return { data: { [`${MARK}${this.#last}`]: null } };
    };
    return Object.assign({ data: null }, { toJSON });
  }

  /** A message of a protocol as it is to be sent. */
  filled(message: string): string {
    if (this.#texts.size === 0) return message;
    return message.replace(STAND_IN, (standIn, number: string) => {
      const text = this.#texts.get(number);
      this.#texts.delete(number);
      return text ?? standIn;
    });
  }
}
