/**
 * This server beside a bare proxy and another gateway, in one run on this machine: `npm run bench`, or a part of it:
 * `npm run bench -- closed|open|large|streams|memory|start|install`. `--seconds=5` shortens the loads, to try it; what is
 * found then is printed, and neither kept nor put into the README.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { isPortkeyInstalled } from './gateways/portkey.ts';
import { keepSection } from './gateways/results.ts';
import { PARTS, type PartId, type RunPart } from './gateways/section.ts';
import { writeTable } from './gateways/table.ts';

type Runner = () => Promise<{ readonly run: RunPart }>;

/** Each part is read when it is its turn. */
const RUNNERS: Readonly<Partial<Record<PartId, Runner>>> = {
  closed: () => import('./gateways/closed.ts'),
  open: () => import('./gateways/open.ts'),
  large: () => import('./gateways/large.ts'),
  streams: () => import('./gateways/streams.ts'),
  memory: () => import('./gateways/memory.ts'),
  start: () => import('./gateways/start.ts'),
  install: () => import('./gateways/install.ts'),
};

/** What is measured beside the server is installed here, and nowhere else. */
const installPeers = (): void => {
  if (isPortkeyInstalled()) return;
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: new URL('.', import.meta.url).pathname,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('The peers could not be installed: run `npm ci` in bench/ and see why.');
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
for (const part of positionals.length === 0 ? PARTS : positionals.filter(isPart)) {
  log(`\n${part}`);
  const runner = RUNNERS[part];
  if (runner === undefined) continue;
  const { run } = await runner();
  const section = await run({ log, ...(seconds !== undefined && { seconds }) });
  for (const { name, cells } of section.rows)
    log(
      [
        name.padEnd(56),
        ...cells.map((cell) => (typeof cell === 'number' ? cell.toFixed(2) : (cell ?? ''))),
      ].join('  '),
    );
  for (const note of section.notes ?? []) log(note);
  if (seconds === undefined) writeTable(keepSection(section));
}
