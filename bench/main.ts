/**
 * This server beside a bare proxy and another gateway, in one run on this machine: `npm run bench`, or parts and rows of it:
 * `npm run bench -- closed open`, `npm run bench -- --only rest-32,route,messages-200`. `--rows` lists them. `--seconds=1`
 * shortens the loads, to try it: results and pages are then written to a folder of their own, whose path is printed.
 * `npm run bench -- soak` is apart from them: it judges one server after half an hour, or after `--minutes`.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isPortkeyInstalled } from './gateways/portkey.ts';
import { keepSection, type Places } from './gateways/results.ts';
import { PARTS, type PartId, ROWS, type RunPart } from './gateways/section.ts';
import { markdown, writeResults } from './gateways/table.ts';

type Runner = () => Promise<{ readonly run: RunPart }>;

const HERE = new URL('.', import.meta.url).pathname;

/** Each part is read when it is its turn. */
const RUNNERS: Readonly<Record<PartId, Runner>> = {
  closed: () => import('./gateways/closed.ts'),
  streams: () => import('./gateways/streams.ts'),
  open: () => import('./gateways/open.ts'),
  shapes: () => import('./gateways/shapes.ts'),
  survivors: () => import('./gateways/survivors.ts'),
  ledger: () => import('./gateways/ledger.ts'),
  start: () => import('./gateways/start.ts'),
  install: () => import('./gateways/install.ts'),
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
  page: join(HERE, '..', 'docs', 'benchmarks.md'),
  readme: join(HERE, '..', 'README.md'),
};

const placesToTry = (): Places => {
  const folder = mkdtempSync(join(tmpdir(), 'modelgraph-bench-tried-'));
  const [page, readme] = [join(folder, 'benchmarks.md'), join(folder, 'README.md')];
  copyFileSync(COMMITTED.page, page);
  copyFileSync(COMMITTED.readme, readme);
  return { results: join(folder, 'gateways.json'), page, readme };
};

const log = (text: string): void => void process.stdout.write(`${text}\n`);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string' },
    only: { type: 'string', default: '' },
    rows: { type: 'boolean', default: false },
    minutes: { type: 'string' },
  },
});
if (positionals[0] === 'soak') {
  const { soak, SOAK_MINUTES } = await import('./soak/run.ts');
  const minutes = Number(values.minutes ?? SOAK_MINUTES);
  if (!(minutes >= 1)) throw new Error('--minutes takes a number from 1 on.');
  process.exit((await soak(minutes, log)) ? 0 : 1);
}
const seconds = values.seconds === undefined ? undefined : Number(values.seconds);
if (seconds !== undefined && !(seconds > 0)) throw new Error('--seconds takes a number above 0.');

const rowsOf = (part: PartId): readonly string[] => ROWS[part];
const only = values.only.split(',').filter((name) => name !== '');
const unknown = [
  ...positionals.filter((name) => !PARTS.some((part) => part === name)),
  ...only.filter((name) => !PARTS.some((part) => rowsOf(part).includes(name))),
];
if (unknown.length > 0 || values.rows) {
  for (const part of PARTS) log(`${part}: ${rowsOf(part).join(', ')}`);
  if (unknown.length > 0) log(`There is no ${unknown.join(', ')}.`);
  process.exit(unknown.length > 0 ? 2 : 0);
}
/** The rows of a part that are asked for by name. */
const namedOf = (part: PartId): readonly string[] => rowsOf(part).filter((row) => only.includes(row));
const isAsked = (part: PartId): boolean =>
  positionals.includes(part) || namedOf(part).length > 0 || positionals.length + only.length === 0;

installPeers();
const places = seconds === undefined ? COMMITTED : placesToTry();
const began = performance.now();
const minutes = (): string => ((performance.now() - began) / 60_000).toFixed(1);
for (const part of PARTS.filter(isAsked)) {
  log(`\n${part}, after ${minutes()} minutes`);
  const named = positionals.includes(part) || namedOf(part).length === 0 ? undefined : namedOf(part);
  try {
    const { run } = await RUNNERS[part]();
    const section = await run({
      log,
      wants: (row) => named?.includes(row) ?? true,
      ...(seconds !== undefined && { seconds }),
    });
    writeResults(keepSection(section, places.results, named), places);
  } catch (error) {
    // The other parts are not lost with it, and what it found before stays.
    log(`${part} failed: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
try {
  log(`\n${markdown(JSON.parse(readFileSync(places.results, 'utf8')))}`);
  log(`\nAfter ${minutes()} minutes, in ${places.page}, ${places.readme} and ${places.results}`);
} catch {
  log('No part has left results.');
}
