import { expect, it } from 'vitest';
import { asProviderId } from '../../../src/domain/ids.ts';
import type { ProviderInfo } from '../../../src/domain/provider.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { type BannerFacts, banner } from '../../../src/faces/cli/banner.ts';
import { isLoopback } from '../../../src/faces/http/loopback.ts';

const BASE = 'http://127.0.0.1:4000';
const provider = (id: string, kind: ProviderInfo['kind'], offReason?: string): ProviderInfo => ({
  id: asProviderId(id),
  name: id,
  kind,
  completes: true,
  operations: [],
  status: offReason === undefined ? { kind: 'ON' } : { kind: 'OFF', reason: offReason },
});
const FACTS: BannerFacts = {
  version: '1.2.3',
  startedInMs: 1_234,
  base: BASE,
  publicUrl: undefined,
  exposedAt: undefined,
  providers: [
    provider('relay', 'RELAY', 'RELAY_KEY is not set'),
    provider('openai', 'LAB', 'set OPENAI_API_KEY'),
    provider('sandbox', 'SANDBOX'),
  ],
  named: new Set(['relay']),
  offerings: { on: 2, known: 10, priced: 9 },
  prices: 'seed of 2026-11-30',
  store: 'embedded, in /data',
  configFile: undefined,
  proxies: undefined,
  adminKey: { kind: 'KEPT' },
  onTerminal: true,
};
const KEY = new Secret('mg_a+b-0123456789');
const LINK = `${BASE}/graphql#key=mg_a%2Bb-0123456789`;

it.each([
  ['generated', { adminKey: { kind: 'GENERATED', secret: KEY }, onTerminal: false }],
  ['generated, on a terminal', { adminKey: { kind: 'GENERATED', secret: KEY }, onTerminal: true }],
  ['set by the configuration, on a terminal', { adminKey: { kind: 'SET', secret: KEY }, onTerminal: true }],
] as const)('the link and the request to try have a key that is %s', (_what, facts) => {
  const text = banner({ ...FACTS, ...facts });
  expect(text).toContain(`  GraphiQL   ${LINK}\n`);
  expect(text).toContain(`Bearer ${KEY.reveal()}"`);
});

it.each([
  ['was set and goes to a log', { adminKey: { kind: 'SET', secret: KEY }, onTerminal: false }],
  ['is only known by its hash', { adminKey: { kind: 'KEPT' }, onTerminal: true }],
] as const)('no key is shown that %s', (_what, facts) => {
  const text = banner({ ...FACTS, ...facts });
  expect(text).not.toContain('mg_');
  expect(text).toContain(`  GraphiQL   ${BASE}/graphql\n`);
  expect(text).toContain('Try it, with KEY set to your key:\n');
});

it('says what is on, what the operator named that is not, and how to have more', () => {
  expect(banner(FACTS)).toMatch(
    /^ {2}Providers {2}sandbox\n.*\n.*OPENAI_API_KEY.*\n {2}Off {8}relay: RELAY_KEY is not set\n/m,
  );
  const more = banner({ ...FACTS, providers: [provider('groq', 'HOST'), ...FACTS.providers] });
  expect(more).toMatch(/^ {2}Providers {2}groq, sandbox\n {2}Off/m);
});

it('breaks a long list of providers where a terminal would', () => {
  const providers = Array.from({ length: 40 }, (_, index) => provider(`provider-${index}`, 'HOST'));
  const lines = banner({ ...FACTS, providers, prices: 'of many sources '.repeat(20) }).split('\n');
  const [from, to] = [
    lines.findIndex((line) => line.includes('Providers')),
    lines.indexOf('Try it, with KEY set to your key:'),
  ];
  expect(Math.max(...lines.slice(from, to).map((line) => line.length))).toBeLessThanOrEqual(100);
});

it('fits a terminal of 100 columns, with a key and a request to try', () => {
  const text = banner({
    ...FACTS,
    providers: [provider('sandbox', 'SANDBOX')],
    adminKey: { kind: 'GENERATED', secret: new Secret(`mg_${'k'.repeat(43)}`) },
  });
  expect(text.split('\n').filter((line) => line.length > 100)).toEqual([]);
});

it('warns once of keys in clear where other machines reach it without TLS', () => {
  expect(banner(FACTS)).not.toContain('TLS');
  const text = banner({ ...FACTS, exposedAt: '0.0.0.0:4000' });
  expect(text).toMatch(
    /Warning {4}Other machines reach 0\.0\.0\.0:4000 without TLS: keys and prompts travel unencrypted\./,
  );
  expect(text.match(/unencrypted/g)).toHaveLength(1);
});

it.each(['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'])('%s is this machine alone', (address) => {
  expect(isLoopback(address)).toBe(true);
});
it.each(['0.0.0.0', '::', '192.168.1.2', 'fe80::1', '::ffff:10.0.0.1'])('%s is not', (address) => {
  expect(isLoopback(address)).toBe(false);
});
