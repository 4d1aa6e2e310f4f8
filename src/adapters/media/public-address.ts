import ipaddr from 'ipaddr.js';

/** Global unicast, which is all of IPv6 that is given out for the public internet. */
const GLOBAL_V6 = ipaddr.IPv6.parseCIDR('2000::/3');
/** Where IPv6-only networks reach IPv4: the last four bytes are the address that is really meant. */
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');
/** Azure tells its virtual machines their secrets here; that of other clouds is link-local or a carrier's. */
const AZURE_WIRE_SERVER = '168.63.129.16';

const isPublicV4 = (address: ipaddr.IPv4): boolean =>
  address.range() === 'unicast' && address.toString() !== AZURE_WIRE_SERVER;

const isPublicV6 = (address: ipaddr.IPv6): boolean => {
  if (address.isIPv4MappedAddress()) return isPublicV4(address.toIPv4Address());
  if (address.match(NAT64)) return isPublicV4(new ipaddr.IPv4(address.toByteArray().slice(12)));
  // 6to4, Teredo and the like wrap an IPv4 address and are nobody's web server: none of their ranges is `unicast`.
  return address.match(GLOBAL_V6) && address.range() === 'unicast';
};

/**
 * Whether an address is one of the public internet: neither of this machine, nor of a private, shared, link-local
 * or special network, however it is written or wrapped. False for what is no address.
 */
export const isPublicAddress = (text: string): boolean => {
  if (text.includes('%') || !ipaddr.isValid(text)) return false;
  const address = ipaddr.parse(text);
  return address instanceof ipaddr.IPv4 ? isPublicV4(address) : isPublicV6(address);
};
