import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import type { CatalogueSource, SourceReading } from '../../ports/catalogue-source.ts';
import { packReading, unpackReading } from './packed-reading.ts';
import { type NamedBody, type ParseAnswer, type ParseRequest, piecesOf } from './reading-messages.ts';

/**
 * Runs in a worker thread: megabytes of JSON would hold up the server. Takes one request at a time and hands the
 * reading over piece by piece, each when it is asked for.
 */
const { registry } = z.object({ registry: z.string() }).parse(workerData);

/** Longest message about a payload: it may quote what a stranger wrote. */
const LONGEST_MESSAGE = 300;

const isSource = (value: unknown): value is CatalogueSource =>
  typeof value === 'object' && value !== null && 'id' in value && 'parse' in value;

const sourceOf = async (id: string): Promise<CatalogueSource> => {
  const module: unknown = await import(registry);
  const sources: unknown =
    typeof module === 'object' && module !== null ? Reflect.get(module, 'CATALOGUE_SOURCES') : undefined;
  const found = Array.isArray(sources)
    ? sources.find((each: unknown): each is CatalogueSource => isSource(each) && each.id === id)
    : undefined;
  if (found === undefined) throw new Error(`there is no source "${id}"`);
  return found;
};

const textOf = ({ bytes }: NamedBody): string => new TextDecoder('utf-8').decode(bytes);

const parse = async (sourceId: string, bodies: readonly NamedBody[]): Promise<SourceReading> => {
  const source = await sourceOf(sourceId);
  return source.parse(Object.fromEntries(bodies.map((body) => [body.name, textOf(body)])));
};

const send = (answer: ParseAnswer): void => parentPort?.postMessage(answer);

let pieces: Iterator<ParseAnswer> | undefined;

function* answers(reading: SourceReading, packed: Uint8Array | undefined): Generator<ParseAnswer> {
  for (const piece of piecesOf(reading)) yield { kind: 'PIECE', piece };
  yield { kind: 'DONE', ...(packed !== undefined && { packed }) };
}

const begin = async (request: ParseRequest): Promise<void> => {
  switch (request.kind) {
    case 'NEXT':
      break;
    case 'PARSE': {
      const reading = await parse(request.sourceId, request.bodies);
      pieces = answers(reading, packReading(reading));
      break;
    }
    case 'UNPACK':
      pieces = answers(unpackReading(request.bytes), undefined);
      break;
  }
  const next = pieces?.next();
  if (next?.done === false) send(next.value);
};

parentPort?.on('message', (request: ParseRequest) => {
  begin(request).catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    send({ kind: 'FAILED', message: message.slice(0, LONGEST_MESSAGE) });
  });
});
