import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { readOverrides } from '../../src/config-overrides.ts';
import { type Modelgraph, runCommand, startModelgraph } from '../support/modelgraph.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const sectionOf = (title: string): string =>
  README.split(/^## /m).find((each) => each.startsWith(title)) ?? '';
type Block = { readonly language: string; readonly text: string };
const blocksIn = (text: string): readonly Block[] =>
  [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language = '', block = '']) => ({
    language,
    text: block,
  }));

/** Commands, each with the output that is printed under it. */
const TOUR = blocksIn(sectionOf('A tour') + sectionOf('REST') + sectionOf('Routing'))
  .flatMap((block, index, all) =>
    block.language === 'sh' ? [{ command: block.text, output: all[index + 1] }] : [],
  )
  .map((each, index) => ({ ...each, number: index + 1 }));
const [FUNCTION] = TOUR[0]?.command.match(/^ask\(\).*$/m) ?? [];

let server: Modelgraph;
const folder = temporaryFolder();
beforeAll(async () => {
  server = await startModelgraph();
});
afterAll(async () => {
  await server?.stop();
  folder.remove();
});

/** What differs from run to run: times and addresses. */
const VOLATILE = new Set(['ttftMs', 'totalMs', 'url', 'created']);
const isVolatile = (name: string, value: unknown): boolean =>
  VOLATILE.has(name) || (typeof value === 'string' && value.startsWith('cmp_'));
const comparable = (text: string): unknown =>
  JSON.parse(text, (name, value: unknown) => (isVolatile(name, value) ? typeof value : value));

const run = async (command: string): Promise<string> => {
  const script = `${FUNCTION}\n${command}`.replaceAll('http://127.0.0.1:4000', server.url);
  const { stdout } = await promisify(execFile)('bash', ['-c', script], {
    cwd: folder.path,
    env: { PATH: process.env.PATH, KEY: server.adminKey },
  });
  return stdout;
};

it('the tour has commands', () => {
  expect(TOUR.length).toBeGreaterThanOrEqual(5);
  expect(FUNCTION).toBeDefined();
});

it.each(TOUR)('command $number of the tour prints what is shown', async ({ command, output }) => {
  const printed = await run(command);
  if (output?.language === 'json') return expect(comparable(printed)).toEqual(comparable(output.text));
  const pieces = output?.text.split('…\n') ?? [];
  expect(pieces.length).toBeGreaterThan(1);
  let from = 0;
  for (const piece of pieces) {
    const at = printed.indexOf(piece.trim(), from);
    expect(at, piece).toBeGreaterThanOrEqual(0);
    from = at + piece.trim().length;
  }
});

it("settings of the catalogue and the operator's own prices are taken as they stand", async () => {
  const [, settings, prices] = blocksIn(sectionOf('Configuration')).filter(
    ({ language }) => language === 'yaml',
  );
  const own = temporaryFolder();
  writeFileSync(join(own.path, 'modelgraph.yaml'), settings?.text ?? 'none');
  writeFileSync(join(own.path, 'prices.yaml'), prices?.text ?? 'none');
  const { catalogue } = loadConfig(own.path, { OPENROUTER_API_KEY: 'sk-or' });
  expect(catalogue).toMatchObject({ live: true, overrides: join(own.path, 'prices.yaml') });
  const { offerings } = await readOverrides(catalogue.overrides ?? '');
  expect(offerings.map(({ prices: rows }) => rows.map(({ amount }) => amount))).toEqual([['0.28', '0.42']]);
  own.remove();
});

it('routes are taken as they stand', () => {
  const [block] = blocksIn(sectionOf('Routing')).filter(({ language }) => language === 'yaml');
  const own = temporaryFolder();
  writeFileSync(join(own.path, 'modelgraph.yaml'), block?.text ?? 'none');
  const { routes, routing } = loadConfig(own.path, {});
  expect(routing.fallback.retries).toBe(1);
  expect(routes).toMatchObject([
    { name: 'support-chat', policy: { breaker: { slowTtftMs: 1_000, slowRate: 0.05 } } },
    { name: 'cheap-and-good', policy: { strategy: { kind: 'QUALITY_FLOOR' } } },
  ]);
  own.remove();
});

it('the config file is taken as it stands', async () => {
  const [block] = blocksIn(sectionOf('Configuration')).filter(({ language }) => language === 'yaml');
  const { code, stderr } = await runCommand(['doctor', 'sandbox'], {
    config: block?.text ?? 'none',
    env: { OPENAI_API_KEY: 'sk-of-openai', RELAY_KEY: 'sk-of-relay', AZURE_API_KEY: 'key-of-azure' },
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});
