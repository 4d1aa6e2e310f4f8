import { hash } from 'node:crypto';
import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import type { TrustedDocuments } from '../../domain/trusted-documents.ts';

/** What a client may send of an operation in place of its text, beside or in its `extensions`. */
export type DocumentReference = {
  readonly query?: unknown;
  /** Of trusted documents, by GraphQL over HTTP's name and by Relay's. */
  readonly documentId?: unknown;
  readonly id?: unknown;
  readonly extensions?: unknown;
};

/** The text to run. AS_SENT: nothing stands in place of the text, and any text may run. */
type FoundDocument =
  | { readonly kind: 'AS_SENT' }
  | { readonly kind: 'TEXT'; readonly text: string }
  | { readonly kind: 'REFUSED'; readonly error: GraphQLError };

export type Documents = { readonly find: (reference: DocumentReference) => FoundDocument };

const AS_SENT: FoundDocument = { kind: 'AS_SENT' };

/** A longer text runs, but is not kept. No operation that passes the limit on tokens is near it by need. */
const MAX_KEPT_CHARACTERS = 65_536;
/** What texts that clients register may take of this process' memory, all keys together, in bytes. */
const MAX_KEPT_BYTES = 16_777_216;
const BYTES_OF_ENTRY = 400;
const SHA256 = /^[0-9a-f]{64}$/;

const refused = (code: string, message: string, status: number): FoundDocument => ({
  kind: 'REFUSED',
  error: new GraphQLError(message, { extensions: { code, http: { status } } }),
});

// Apollo's server gives these two with 200, and clients read the messages: both end the attempt without the text.
const notFound = () => refused('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound', 200);
const notSupported = () => refused('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported', 200);
const mismatch = () =>
  refused('PERSISTED_QUERY_MISMATCH', 'PersistedQueryMismatch: sha256Hash is not the hash of query.', 400);
const malformed = () =>
  refused(
    'BAD_REQUEST',
    'extensions.persistedQuery takes {"version": 1, "sha256Hash": "<SHA-256 of the query in hex>"}.',
    400,
  );
const malformedId = () => refused('BAD_REQUEST', 'The id of a trusted document is a text.', 400);
const idRequired = () =>
  refused(
    'PERSISTED_QUERY_ID_REQUIRED',
    'This server runs trusted documents only: send `documentId`, or the hash as `extensions.persistedQuery`.',
    400,
  );
const idAndText = () =>
  refused('CANNOT_SEND_PQ_ID_AND_BODY', 'Send either the id of a trusted document or a query.', 400);

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

/**
 * Trusted documents and automatic persisted queries. The engine's plugins for both know requests of its own alone; this holds
 * on sockets and for what is answered without the engine, and hashes nothing where no hash was sent.
 */
export const createDocuments = (trusted: TrustedDocuments | undefined): Documents => {
  const isOnly = trusted?.mode === 'ONLY';
  const registered = new LRUCache<string, string>({
    maxSize: MAX_KEPT_BYTES,
    sizeCalculation: (text) => text.length * 2 + BYTES_OF_ENTRY,
  });

  const trustedText = (id: string): string | undefined =>
    trusted?.texts.get(id) ?? trusted?.texts.get(id.replace(/^sha256:/, ''));

  const findTrusted = (id: unknown, text: string | undefined): FoundDocument => {
    if (trusted === undefined) return notSupported();
    if (text !== undefined) return idAndText();
    if (typeof id !== 'string') return malformedId();
    const found = trustedText(id);
    return found === undefined ? notFound() : { kind: 'TEXT', text: found };
  };

  const findPersisted = (persisted: unknown, text: string | undefined): FoundDocument => {
    const given = member(persisted, 'sha256Hash');
    if (member(persisted, 'version') !== 1 || typeof given !== 'string') return malformed();
    const digest = given.toLowerCase();
    const known = trustedText(given) ?? trustedText(digest);
    if (known !== undefined) return { kind: 'TEXT', text: known };
    if (text === undefined) {
      const found = isOnly ? undefined : registered.get(digest);
      return found === undefined ? notFound() : { kind: 'TEXT', text: found };
    }
    if (isOnly) return idRequired();
    if (!SHA256.test(digest)) return malformed();
    if (hash('sha256', text, 'hex') !== digest) return mismatch();
    if (text.length <= MAX_KEPT_CHARACTERS) registered.set(digest, text);
    return { kind: 'TEXT', text };
  };

  return {
    find({ query, documentId, id, extensions }) {
      const persisted = extensions == null ? undefined : member(extensions, 'persistedQuery');
      // graphql-ws' protocol demands a text, and has no place for an id but the extensions.
      const named = documentId ?? id ?? (extensions == null ? undefined : member(extensions, 'documentId'));
      if (persisted == null && named == null) return isOnly ? idRequired() : AS_SENT;
      const text = typeof query === 'string' && query !== '' ? query : undefined;
      return named == null ? findPersisted(persisted, text) : findTrusted(named, text);
    },
  };
};

/** For requests that the engine reads itself. */
export const documentsInRequests = (documents: Documents): Plugin => ({
  onParams({ params, request, setParams }) {
    // The engine takes no other parameters of a URL than it knows.
    const fromUrl = request.method === 'GET' ? new URL(request.url).searchParams : undefined;
    const documentId = fromUrl?.get('documentId') ?? member(params, 'documentId');
    const id = (params.query === undefined ? fromUrl?.get('id') : undefined) ?? member(params, 'id');
    const found = documents.find({ ...params, documentId, id });
    if (found.kind === 'REFUSED') throw found.error;
    if (found.kind === 'AS_SENT') return;
    const { operationName, variables, extensions } = params;
    setParams({
      query: found.text,
      ...(operationName !== undefined && { operationName }),
      ...(variables !== undefined && { variables }),
      ...(extensions !== undefined && { extensions }),
    });
  },
});
