/**
 * This server beside a bare proxy and another gateway, in one run on this machine: `npm run bench`, or a part of it:
 * `npm run bench -- closed|streams|open|start|install|large|memory`. `--seconds=1` shortens the loads, to try it: results
 * and README are then written to a folder of their own, whose path is printed.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isPortkeyInstalled } from './gateways/portkey.ts';
import { keepSection, type Places } from './gateways/results.ts';
import { PARTS, type PartId, type RunPart } from './gateways/section.ts';
import { markdown, writeTable } from './gateways/table.ts';

type Runner = () => Promise<{ readonly run: RunPart }>;

const HERE = new URL('.', import.meta.url).pathname;

/** Each part is read when it is its turn. */
const RUNNERS: Readonly<Record<PartId, Runner>> = {
  closed: () => import('./gateways/closed.ts'),
  streams: () => import('./gateways/streams.ts'),
  open: () => import('./gateways/open.ts'),
  start: () => import('./gateways/start.ts'),
  install: () => import('./gateways/install.ts'),
  large: () => import('./gateways/large.ts'),
  memory: () => import('./gateways/memory.ts'),
};

/** What is measured beside the server is installed here, and nowhere else. */
const installPeers = (): void => {
  if (isPortkeyInstalled()) return;
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: HERE,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('The peers could not be installed: run `npm ci` in bench/ and see why.');
};

const COMMITTED: Places = {
  results: join(HERE, 'results', 'gateways.json'),
  readme: join(HERE, '..', 'README.md'),
};

const placesToTry = (): Places => {
  const folder = mkdtempSync(join(tmpdir(), 'modelgraph-bench-tried-'));
  const readme = join(folder, 'README.md');
  copyFileSync(COMMITTED.readme, readme);
  return { results: join(folder, 'gateways.json'), readme };
};

const isPart = (name: string): name is PartId => PARTS.some((part) => part === name);
const log = (text: string): void => void process.stdout.write(`${text}\n`);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string' } },
});
const unknown = positionals.filter((name) => !isPart(name));
if (unknown.length > 0)
  throw new Error(`No part is called ${unknown.join(', ')}. There are: ${PARTS.join(', ')}`);
const seconds = values.seconds === undefined ? undefined : Number(values.seconds);
if (seconds !== undefined && !(seconds > 0)) throw new Error('--seconds takes a number above 0.');

installPeers();
const places = seconds === undefined ? COMMITTED : placesToTry();
const began = performance.now();
for (const part of PARTS.filter((each) => positionals.length === 0 || positionals.includes(each))) {
  log(`\n${part}, after ${((performance.now() - began) / 60_000).toFixed(1)} minutes`);
  try {
    const { run } = await RUNNERS[part]();
    const section = await run({ log, ...(seconds !== undefined && { seconds }) });
    writeTable(keepSection(section, places.results), places.readme);
  } catch (error) {
    // The other parts are not lost with it, and what it found before stays.
    log(`${part} failed: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
try {
  log(`\n${markdown(JSON.parse(readFileSync(places.results, 'utf8')))}`);
  log(
    `\nAfter ${((performance.now() - began) / 60_000).toFixed(1)} minutes, in ${places.readme} and ${places.results}`,
  );
} catch {
  log('No part has left results.');
}
