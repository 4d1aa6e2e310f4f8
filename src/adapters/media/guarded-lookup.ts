import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { promisify } from 'node:util';

/** All addresses of a name. Rejects where there are none. */
export type ResolveName = (hostname: string) => Promise<readonly LookupAddress[]>;

const lookupAll = promisify(systemLookup);

/** As everything else on this machine resolves names. */
export const resolveBySystem: ResolveName = (hostname) => lookupAll(hostname, { all: true });

/**
 * Resolves a name for a socket, once: what is checked is what is connected to, whatever the name means a moment
 * later. One address that is not allowed spoils the name.
 */
export const guardedLookup =
  (resolve: ResolveName, isAllowed: (address: string) => boolean): LookupFunction =>
  (hostname, options, callback) => {
    const give = (addresses: readonly LookupAddress[]): void => {
      const [first] = addresses;
      if (first === undefined || !addresses.every(({ address }) => isAllowed(address)))
        callback(new Error('the name has an address that is not allowed'), '');
      else if (options.all === true) callback(null, [...addresses]);
      else callback(null, first.address, first.family);
    };
    resolve(hostname).then(give, (error: Error) => callback(error, ''));
  };
