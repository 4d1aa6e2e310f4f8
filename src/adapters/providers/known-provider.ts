import type { ProviderId } from '../../domain/ids.ts';
import type { Dialect, ProviderKind } from '../../domain/provider.ts';
import type { UpstreamCodec } from '../../wire/codec.ts';

/** A provider that needs nothing but a key, because all else is known of it. */
export type KnownProvider = {
  readonly id: ProviderId;
  readonly name: string;
  readonly kind: ProviderKind;
  readonly dialect: Dialect;
  /** What the provider's own SDK takes; no trailing slash. */
  readonly baseUrl: string;
  /** Environment variables that may hold the key; the first that is set wins. Empty where none is needed. */
  readonly keyVariables: readonly string[];
  /** Other ids that people know it by. */
  readonly aliases?: readonly string[];
  /** Its id in `@pydantic/genai-prices`; absent where that has no prices of it. */
  readonly seedId?: string;
  readonly docsUrl?: string;
  /** ISO 3166 code or the provider's own word for where it serves from; absent where it serves from many places. */
  readonly region?: string;
  /** The dialect as this provider speaks it. */
  codec(): UpstreamCodec;
};
