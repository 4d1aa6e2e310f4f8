import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { loadConfig } from '../../src/config.ts';
import { ConfigError } from '../../src/config-file.ts';
import type { JsonValue } from '../../src/domain/json.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { holds } from './fuzz.ts';
import { changedJson, damaged, edits } from './strange-json.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeAll(() => {
  folder = temporaryFolder();
  mkdirSync(folder.path, { recursive: true });
});
afterAll(() => folder.remove());

const SECRET = 'sk-never-to-be-quoted-0123456789';

const WHOLE: JsonValue = {
  providers: [
    {
      id: 'mine',
      dialect: 'openai',
      baseUrl: 'https://models.test/v1',
      apiKey: SECRET,
      models: [{ id: 'a' }],
    },
    { id: 'openai', apiKey: SECRET },
  ],
  unknownModels: 'REFUSE',
  timeouts: { firstTokenMs: 1_000, stallMs: 2_000, totalMs: 3_000 },
  proxy: 'http://proxy.test:3128',
  noProxy: ['a.test'],
};

const load = (text: string | Uint8Array, variables: { readonly [name: string]: string } = {}): void => {
  writeFileSync(join(folder.path, 'modelgraph.yaml'), text);
  try {
    loadConfig(folder.path, variables);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.message).not.toBe('');
    expect(error.message).not.toContain(SECRET);
  }
};

test('a file is taken or said what is wrong with it, and no key is quoted', () => {
  holds(250, changedJson([WHOLE]), (text) => load(text));
});

test('nor does YAML that is none make more of it than a sentence', () => {
  const yaml = Buffer.from(stringify(WHOLE));
  holds(150, edits(4), (changes) => load(damaged(yaml, changes)));
});

test('the environment is taken or said what is wrong with it', () => {
  const names = [
    'PORT',
    'HOST',
    'MODELGRAPH_ADMIN_KEY',
    'MODELGRAPH_PUBLIC_URL',
    'MODELGRAPH_SOURCES',
    'HTTPS_PROXY',
    'NO_PROXY',
    'LOG_LEVEL',
    'MODELGRAPH_DRAIN_MS',
    'DATABASE_URL',
  ];
  const value = fc.oneof(
    fc.constantFrom(
      '',
      '0',
      '-1',
      '1e999',
      '65536',
      'NaN',
      '__proto__',
      'http://',
      'http://u:p@x',
      'off',
      'on',
    ),
    fc.string(),
    fc.webUrl(),
  );
  holds(200, fc.dictionary(fc.constantFrom(...names), value), (variables) => load('{}', variables));
});
