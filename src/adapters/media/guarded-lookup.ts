import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { promisify } from 'node:util';

/** All addresses of a name. Rejects where there are none. */
export type ResolveName = (hostname: string) => Promise<readonly LookupAddress[]>;

const lookupAll = promisify(systemLookup);

/** As everything else on this machine resolves names. */
export const resolveBySystem: ResolveName = (hostname) => lookupAll(hostname, { all: true });

/** All addresses of a name, if each of them is allowed: one that is not spoils the name. Rejects otherwise. */
const allowedAddresses = async (
  hostname: string,
  resolve: ResolveName,
  isAllowed: (address: string) => boolean,
): Promise<readonly [LookupAddress, ...LookupAddress[]]> => {
  const [first, ...others] = await resolve(hostname);
  if (first === undefined || ![first, ...others].every(({ address }) => isAllowed(address)))
    throw new Error('the name has an address that is not allowed');
  return [first, ...others];
};

/**
 * The one address that a name, or an address, is to be reached at where something else connects to it; an IPv4 one where
 * there is one, as not all networks carry IPv6. Rejects where one of them is not allowed.
 */
export const allowedAddress = async (
  host: string,
  resolve: ResolveName,
  isAllowed: (address: string) => boolean,
): Promise<string> => {
  const family = isIP(host);
  const found = await allowedAddresses(
    host,
    family === 0 ? resolve : async () => [{ address: host, family }],
    isAllowed,
  );
  return (found.find((each) => each.family === 4) ?? found[0]).address;
};

/**
 * Resolves a name for a socket, once: what is checked is what is connected to, whatever the name means a moment
 * later. One address that is not allowed spoils the name.
 */
export const guardedLookup =
  (resolve: ResolveName, isAllowed: (address: string) => boolean): LookupFunction =>
  (hostname, options, callback) => {
    allowedAddresses(hostname, resolve, isAllowed).then(
      (addresses) => {
        if (options.all === true) callback(null, [...addresses]);
        else callback(null, addresses[0].address, addresses[0].family);
      },
      (error: Error) => callback(error, ''),
    );
  };
