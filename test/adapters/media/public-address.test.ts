import { expect, it } from 'vitest';
import { isPublicAddress } from '../../../src/adapters/media/public-address.ts';

it.each([
  '8.8.8.8',
  '1.1.1.1',
  '172.32.0.1',
  '192.169.0.1',
  '2606:4700:4700::1111',
  '2a00:1450:4001:81b::200e',
  '::ffff:8.8.8.8',
  '64:ff9b::808:808',
])('%s is public', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

it.each([
  ['this machine', '127.0.0.1', '127.255.255.254', '::1', '0.0.0.0', '0.1.2.3', '::'],
  ['private networks', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.0.1', 'fc00::1', 'fdab::1'],
  [
    'link-local and metadata',
    '169.254.169.254',
    'fe80::1',
    'fe80::1%eth0',
    'fd00:ec2::254',
    '100.100.100.200',
    '168.63.129.16',
  ],
  ['carriers and site-local', '100.64.0.1', '100.127.255.255', 'fec0::1'],
  ['special purposes', '192.0.0.1', '192.0.0.192', '192.0.2.1', '198.51.100.1', '203.0.113.1', '192.88.99.1'],
  ['benchmarks', '198.18.0.1', '198.19.255.255', '2001:2::1'],
  ['multicast and broadcast', '224.0.0.1', '239.255.255.255', '255.255.255.255', 'ff02::1'],
  ['reserved', '240.0.0.1', '2001:db8::1', '3fff::1', '100::1', '5f00::1', '4000::1'],
  ['IPv4 in IPv6', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::127.0.0.1', '::a00:1'],
  [
    'translated and tunnelled IPv4',
    '64:ff9b::7f00:1',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b:1::1',
    '2002:7f00:1::',
    '2002:808:808::',
    '2001::1',
    '::ffff:0:127.0.0.1',
  ],
  [
    'no address',
    '2606:4700:4700::1111%eth0',
    '',
    'localhost',
    '127.0.0.1.',
    'nonsense',
    '1.2.3.4.5',
    '256.1.1.1',
  ],
])('%s: not public', (_, ...addresses) => {
  expect(addresses.filter(isPublicAddress)).toEqual([]);
});
