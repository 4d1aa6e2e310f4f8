import { expect, it } from 'vitest';
import { addressGroup, clientAddress, trustedProxies } from '../../../src/faces/http/client-address.ts';

const TRUSTED = trustedProxies(['10.0.0.0/8', '2001:db8::/32', '127.0.0.1']);

const clientOf = (remoteAddress: string, forwarded?: string): string =>
  clientAddress(
    {
      headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
      socket: { remoteAddress },
    } as never,
    TRUSTED ?? { has: () => false },
  );

it.each([
  ['203.0.113.9', undefined, '203.0.113.9'],
  // Nobody vouches for what a stranger says.
  ['203.0.113.9', '198.51.100.1', '203.0.113.9'],
  ['127.0.0.1', '198.51.100.1', '198.51.100.1'],
  ['::ffff:127.0.0.1', '198.51.100.1', '198.51.100.1'],
  // What the client wrote itself stands on the left.
  ['127.0.0.1', '1.1.1.1, 198.51.100.1', '198.51.100.1'],
  ['127.0.0.1', '1.1.1.1, 198.51.100.1, 10.1.2.3', '198.51.100.1'],
  ['127.0.0.1', '10.9.9.9, 10.1.2.3', '10.9.9.9'],
  ['127.0.0.1', 'unknown', '127.0.0.1'],
  ['127.0.0.1', '1.1.1.1, garbage, 10.1.2.3', '10.1.2.3'],
  ['127.0.0.1', '198.51.100.1:5000', '198.51.100.1'],
  ['2001:db8::1', '[2001:db9::5]:443', '2001:db9::5'],
])('of %s that says %s the client is %s', (remote, forwarded, client) => {
  expect(clientOf(remote, forwarded)).toBe(client);
});

it.each([['10.0.0.0/33'], ['host'], ['10.0.0.0/8/8'], ['::1/129'], ['10.0.0.0/x'], ['']])(
  'refuses %j as a proxy',
  (entry) => expect(trustedProxies([entry])).toBeUndefined(),
);

it('takes an IPv6 network of 64 bits for one address', () => {
  expect(addressGroup('2001:db8:0:1:aaaa::1')).toBe(addressGroup('2001:DB8::1:bbbb:0:0:2'));
  expect(addressGroup('2001:db8:0:2::1')).not.toBe(addressGroup('2001:db8:0:1::1'));
  expect(addressGroup('192.0.2.1')).toBe('192.0.2.1');
});
