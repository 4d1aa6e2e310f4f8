import type { Secret } from '../domain/secret.ts';
import type { SourceProblemCode } from '../domain/source-problem.ts';
import type { CatalogueSource, SourceReading } from './catalogue-source.ts';

/** What is known of the last good answer, so that an unchanged one need not be sent or read again. */
export type SourceValidators = {
  readonly etag?: string;
  readonly lastModified?: string;
  /** SHA-256 of all bodies, in hex. */
  readonly bodyHash?: string;
};

export type SourceAccess = {
  /** Without a slash at the end; absent: the source's own. */
  readonly baseUrl?: string;
  readonly apiKey?: Secret;
  /** Empty where the last good reading is not at hand: then the whole of it is wanted. */
  readonly known: SourceValidators;
};

export type SourceRead =
  | {
      readonly kind: 'UNCHANGED';
      readonly etag?: string;
      readonly lastModified?: string;
      readonly incomplete?: string;
    }
  | {
      readonly kind: 'READ';
      readonly reading: SourceReading;
      /** The reading as bytes to be kept; `unpack` reads them. */
      readonly packed: Uint8Array;
      readonly etag?: string;
      readonly lastModified?: string;
      readonly bodyHash: string;
      /** Which of its files could not be had, for a person; absent: none. */
      readonly incomplete?: string;
    }
  | {
      readonly kind: 'FAILED';
      readonly code: SourceProblemCode;
      /** For a person. Quotes no secret. */
      readonly message: string;
      /** How long the source asks to be left alone. */
      readonly retryAfterMs?: number;
    };

/** Asks sources and reads what they answer, off the main thread. Nothing rejects. */
export type SourceReader = {
  read(source: CatalogueSource, access: SourceAccess, signal: AbortSignal): Promise<SourceRead>;
  /** Undefined where the bytes are not what this version keeps. */
  unpack(bytes: Uint8Array): Promise<SourceReading | undefined>;
  /** What is under way ends. */
  close(): Promise<void>;
};
