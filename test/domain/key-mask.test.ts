import { expect, it } from 'vitest';
import { createKeyMask, maskAnyKey } from '../../src/domain/key-mask.ts';
import { Secret } from '../../src/domain/secret.ts';

const KEY = 'sk-proj-Ab12Cd34Ef56Gh78Ij90/x+Qw9Zt';
const base64 = (text: string): string => Buffer.from(text).toString('base64');

it.each([
  KEY,
  KEY.toUpperCase(),
  encodeURIComponent(KEY),
  encodeURIComponent(encodeURIComponent(KEY)),
  KEY.replaceAll('/', '\\/'),
  KEY.replaceAll('-', '\\u002d'),
  base64(KEY),
  base64(`Bearer ${KEY}`),
  base64(`:${KEY}`),
  base64(`user:${KEY}`),
  Buffer.from(KEY).toString('base64url'),
  Buffer.from(KEY).toString('hex'),
  KEY.slice(5),
  KEY.slice(0, -5),
  KEY.slice(0, 10),
  KEY.slice(-4),
  'sk-proj-****w9Zt',
  'sk-p...w9Zt',
  'SK-P…W9ZT',
  '********9Zt',
])('masks %s', (spelling) => {
  const masked = new Secret(KEY).maskIn(
    `Incorrect API key provided: ${spelling}. You can find yours elsewhere.`,
  );
  expect(masked).toMatch(/^Incorrect API key provided: \[secret\]\.? You can find yours elsewhere\.$/);
});

it.each([
  'No answer from 127.0.0.1:8080: the connection was refused (ECONNREFUSED).',
  'The model `gpt-4o-mini` does not exist... try another.',
  'max_tokens is too large: 5000. This model supports at most 4096 completion tokens.',
  'Rate limit reached: **wait** 20 s, then try again.',
])('leaves alone: %s', (text) => {
  expect(maskAnyKey(new Secret(KEY).maskIn(text))).toBe(text);
});

it.each([
  'sk-ant-api03-abcdefghijklmnop',
  'AIzaSyA-abcdefghijklmnop',
  'mg_abcdefghijklmnopqrst',
  'sk-relay**cd',
])('masks %s, whoever it belongs to', (key) =>
  expect(maskAnyKey(`Wrong key ${key} given`)).toBe('Wrong key [secret] given'),
);

it('leaves words that a key has in common with what is said', () => {
  const mask = createKeyMask('sk-the-provider-key-77');
  expect(mask('providers[3].proxy refused')).toBe('providers[3].proxy refused');
  expect(mask('sk-the-provider-key')).not.toContain('key');
});
