import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** What documents that clients sent may take of this process' memory, all keys together, in bytes. */
const MAX_BYTES = 67_108_864;
/** A longer text is read each time: a client that writes prompts into its documents sends none of them twice. */
const MAX_CHARACTERS = 65_536;
/** Measured: a name or a sign of one character takes two nodes with their places, and the limit on tokens ends it. */
const BYTES_PER_CHARACTER = 250;
const MAX_NODE_BYTES = 1_000_000;

const bytesOf = (text: string): number =>
  text.length * 2 + Math.min(text.length * BYTES_PER_CHARACTER, MAX_NODE_BYTES);

/** Documents by their texts, as the engine's cache of them, whose own keeps a thousand of any size. */
export const createDocumentCache = () => {
  const documents = new LRUCache<string, DocumentNode>({
    maxSize: MAX_BYTES,
    sizeCalculation: (_document, text) => bytesOf(text),
  });
  return {
    get: (text: string) => documents.get(text),
    set(text: string, document: DocumentNode): void {
      if (text.length <= MAX_CHARACTERS) documents.set(text, document);
    },
  };
};

/** Errors hold the whole text, and are found as fast as they are looked up. */
export const NO_CACHE = { get: () => undefined, set: () => {} };
