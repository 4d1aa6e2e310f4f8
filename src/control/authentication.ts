import type { Caller } from '../domain/caller.ts';
import type { KeyService } from './key-service.ts';

/** Who a request comes from. UNAVAILABLE: the key could not be looked up, so that nothing is known of it. */
export type Authentication =
  | { readonly kind: 'CALLER'; readonly caller: Caller }
  | { readonly kind: 'NOBODY' }
  | { readonly kind: 'UNAVAILABLE' };

/** Told why a key could not be looked up. */
export type OnFailure = (message: string, details: { readonly reason: string }) => void;

/** The secret of an `Authorization: Bearer …` value; undefined where there is none. */
export const bearerSecret = (authorization: unknown): string | undefined =>
  typeof authorization === 'string' ? /^Bearer +(\S{1,512})$/i.exec(authorization.trim())?.[1] : undefined;

/** Never rejects: a store that cannot be reached is a reason to come back later, not a broken request. */
export const authenticate = async (
  keys: KeyService,
  secret: string | undefined,
  onFailure: OnFailure,
): Promise<Authentication> => {
  if (secret === undefined) return { kind: 'NOBODY' };
  try {
    const caller = await keys.authenticate(secret);
    return caller === undefined ? { kind: 'NOBODY' } : { kind: 'CALLER', caller };
  } catch (error) {
    onFailure('A key could not be looked up.', {
      reason: error instanceof Error ? error.message : String(error),
    });
    return { kind: 'UNAVAILABLE' };
  }
};

/** For a client whose key could not be looked up. */
export const LOOK_UP_FAILED = 'Keys cannot be looked up just now. Send the request again in a moment.';
