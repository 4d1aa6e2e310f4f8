/**
 * Writes src/catalogue/seed-data/genai-prices-checked.json: the days on which genai-prices' authors compared each entry with
 * the provider's page, which its repository states and the npm package does not. For maintainers:
 *
 *   node .ci/refresh-checked.ts <folder of a clone>
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { waitForUpdate } from '@pydantic/genai-prices';
import { parse } from 'yaml';
import { checkedDays } from './seed/genai-checked.ts';

const [clone] = process.argv.slice(2);
if (clone === undefined) throw new Error('name the folder of a clone of github.com/pydantic/genai-prices');
const git = (...words: readonly string[]): string =>
  execFileSync('git', ['-C', clone, ...words], { encoding: 'utf8', maxBuffer: 2 ** 26 });

const commit = git('rev-parse', 'HEAD').trim();
const files = git('ls-tree', '--name-only', 'HEAD', 'prices/providers/')
  .split('\n')
  .filter((name) => name.endsWith('.yml'));
const days = checkedDays(
  files.map((name) => parse(git('show', `HEAD:${name}`))),
  (await waitForUpdate()) ?? [],
  commit,
);
const target = resolve(import.meta.dirname, '../src/catalogue/seed-data/genai-prices-checked.json');
const providers = Object.entries(days.checked).map(
  ([id, ofDay]) => `${JSON.stringify(id)}:${JSON.stringify(ofDay)}`,
);
writeFileSync(target, `{"commit":${JSON.stringify(commit)},"checked":{\n${providers.join(',\n')}\n}}\n`);
const count = Object.values(days.checked).flatMap((ofDay) => Object.values(ofDay).flat()).length;
console.log(`${count} entries of ${Object.keys(days.checked).length} providers, as of ${commit.slice(0, 8)}`);
