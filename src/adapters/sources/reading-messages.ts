import type { SourceReading } from '../../ports/catalogue-source.ts';

/** What the main thread sends to the worker that reads payloads. */
export type ParseRequest =
  | { readonly kind: 'PARSE'; readonly sourceId: string; readonly bodies: readonly NamedBody[] }
  | { readonly kind: 'UNPACK'; readonly bytes: Uint8Array }
  /** The next piece, please: pieces come one by one, so that none is taken in while another holds up the server. */
  | { readonly kind: 'NEXT' };

export type NamedBody = { readonly name: string; readonly bytes: Uint8Array };

/** What the worker answers: pieces until DONE, or one FAILED. */
export type ParseAnswer =
  | { readonly kind: 'PIECE'; readonly piece: Partial<SourceReading> }
  /** `packed` only for PARSE. */
  | { readonly kind: 'DONE'; readonly packed?: Uint8Array }
  | { readonly kind: 'FAILED'; readonly message: string };

/** Most rows in a piece. */
const PIECE = 250;

/** A reading in pieces that are each taken in at once. */
export function* piecesOf(reading: SourceReading): Generator<Partial<SourceReading>> {
  for (const [name, rows] of Object.entries(reading))
    for (let start = 0; start < rows.length; start += PIECE)
      yield { [name]: rows.slice(start, start + PIECE) };
}

/** Puts pieces together again. */
export const collectPieces = () => {
  const reading = {
    providers: [] as SourceReading['providers'][number][],
    models: [] as SourceReading['models'][number][],
    offerings: [] as SourceReading['offerings'][number][],
    scores: [] as SourceReading['scores'][number][],
    fx: [] as SourceReading['fx'][number][],
    problems: [] as SourceReading['problems'][number][],
  };
  return {
    add(piece: Partial<SourceReading>): void {
      reading.providers.push(...(piece.providers ?? []));
      reading.models.push(...(piece.models ?? []));
      reading.offerings.push(...(piece.offerings ?? []));
      reading.scores.push(...(piece.scores ?? []));
      reading.fx.push(...(piece.fx ?? []));
      reading.problems.push(...(piece.problems ?? []));
    },
    reading: (): SourceReading => reading,
  };
};
