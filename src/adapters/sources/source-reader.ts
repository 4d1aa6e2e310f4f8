import type { Dispatcher } from 'undici';
import type { SourceRead, SourceReader } from '../../ports/source-reader.ts';
import { type FetchLimits, FetchProblem, fetchBodies } from './fetch-bodies.ts';
import { createParseThread, type ParseThreadOptions } from './parse-thread.ts';

export type SourceReaderOptions = Partial<FetchLimits> & {
  /** Whoever makes it closes it. It follows no redirect. */
  readonly dispatcher: Dispatcher;
  readonly parsing?: ParseThreadOptions;
};

/** The beginning of a page for people, where data was expected. */
const looksLikeHtml = (bytes: Uint8Array): boolean =>
  /^\s*<(!doctype html|html[\s>])/i.test(
    new TextDecoder().decode(bytes.subarray(0, 200)).replace('\uFEFF', ''),
  );

/** A content type as it may be shown. */
const shownType = (contentType: string | undefined): string =>
  contentType === undefined ? 'no content type' : contentType.replaceAll(/[^\w.+/;= -]/g, '').slice(0, 80);

/** Fetches on the main thread, in small pieces; unpacks, decodes and parses in a thread of its own. */
export const createSourceReader = ({
  dispatcher,
  parsing,
  maxBytes = 64 * 1024 * 1024,
  headersTimeoutMs = 10_000,
  totalTimeoutMs = 60_000,
}: SourceReaderOptions): SourceReader => {
  const thread = createParseThread(parsing);
  const limits = { maxBytes, headersTimeoutMs, totalTimeoutMs };
  return {
    async read(source, access, signal): Promise<SourceRead> {
      const masked = (message: string): string => access.apiKey?.maskIn(message) ?? message;
      try {
        const fetched = await fetchBodies(source, access, dispatcher, limits, signal);
        if (fetched.kind === 'UNCHANGED') return fetched;
        const { bodies, bodyHash, contentType, kind: _kind, ...validators } = fetched;
        if (bodyHash === access.known.bodyHash) return { kind: 'UNCHANGED', ...validators };
        const type = shownType(contentType);
        const page = bodies.find(({ bytes }) => looksLikeHtml(bytes));
        if (page !== undefined)
          return {
            kind: 'FAILED',
            code: 'UNREADABLE',
            message: `It answers with a web page (${type}) where data was expected.`,
          };
        const parsed = await thread.parse(source.id, bodies);
        if (parsed.kind === 'FAILED')
          return {
            kind: 'FAILED',
            code: 'UNREADABLE',
            message: masked(`What it answers (${type}) cannot be read: ${parsed.message}`),
          };
        const { reading, packed = new Uint8Array() } = parsed;
        return { kind: 'READ', reading, packed, bodyHash, ...validators };
      } catch (error) {
        if (error instanceof FetchProblem)
          return {
            kind: 'FAILED',
            code: error.code,
            message: masked(error.message),
            ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
          };
        return { kind: 'FAILED', code: 'UNREACHABLE', message: 'It could not be read.' };
      }
    },
    async unpack(bytes) {
      const parsed = await thread.unpack(bytes);
      return parsed.kind === 'PARSED' ? parsed.reading : undefined;
    },
    close: thread.close,
  };
};
