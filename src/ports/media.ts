import type { ProviderId } from '../domain/ids.ts';
import type { Media } from '../domain/operation.ts';

export type FetchLimits = {
  /** Most bytes of the body. */
  readonly maxBytes: number;
  /** From the request to the last byte, redirects included. */
  readonly timeoutMs: number;
  /** The provider that gave the address, whose proxy is used; absent: a caller gave it. */
  readonly from?: ProviderId;
};

export type FetchedMedia =
  | { readonly kind: 'FETCHED'; readonly media: Media }
  /** `problem` says for a person why not; it never tells what is inside our network. */
  | { readonly kind: 'REFUSED'; readonly problem: string };

/**
 * Gets what lies at an address that a stranger gave. Only http(s), only public addresses: each one that is
 * connected to is checked after its name is resolved, after every redirect too. Never rejects.
 */
export type MediaFetcher = {
  fetch(url: string, limits: FetchLimits, signal: AbortSignal): Promise<FetchedMedia>;
};
