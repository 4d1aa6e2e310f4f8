/**
 * Where the server's time goes, load by load: starts it under the inspector, warms it up, and records a CPU profile of the
 * load alone. Each is left in bench/results/profiles/, to be opened in any browser's developer tools. Ends by itself.
 * `npm run bench:profile [-- <load>…] [--tree <function>] [--total] [--seconds <n>] [--top <n>]`
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { isLoad, LOADS, type LoadName, recordProfile } from './gateways/profile-loads.ts';
import {
  type CpuProfile,
  callersOf,
  type Line,
  selfByFunction,
  selfByGroup,
  totalByFunction,
} from './gateways/profile-summary.ts';

const FOLDER = new URL('results/profiles/', import.meta.url);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tree: { type: 'string' },
    total: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '5' },
    top: { type: 'string', default: '25' },
    /** Shows what was recorded before. */
    again: { type: 'boolean', default: false },
  },
});

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const show = (title: string, lines: readonly Line[], count: number): void => {
  print(`\n${title}`);
  for (const { what, ms, share } of lines.slice(0, count))
    print(`${(share * 100).toFixed(1).padStart(6)} %${ms.toFixed(0).padStart(8)} ms  ${what}`);
};

const seconds = Number(values.seconds);
const top = Number(values.top);
const unknown = positionals.filter((name) => !isLoad(name));
if (unknown.length > 0 || !(seconds > 0) || !(top > 0)) {
  print(`Loads are: ${LOADS.join(', ')}. --seconds and --top take numbers above 0.`);
  process.exit(2);
}
const wanted: readonly LoadName[] = positionals.length > 0 ? positionals.filter(isLoad) : LOADS;

mkdirSync(FOLDER, { recursive: true });
for (const load of wanted) {
  const file = new URL(`${load}.cpuprofile`, FOLDER);
  const profile: CpuProfile = values.again
    ? JSON.parse(readFileSync(file, 'utf8'))
    : await recordProfile(load, seconds * 1_000, print);
  if (!values.again) writeFileSync(file, JSON.stringify(profile));
  print(`\n=== ${load} === bench/results/profiles/${load}.cpuprofile`);
  if (values.tree !== undefined) {
    show(`who calls ${values.tree}, with what it calls`, callersOf(profile, values.tree), top);
    continue;
  }
  show('by group, of the time that was not idle', selfByGroup(profile), top);
  show('by function, itself', selfByFunction(profile), top);
  if (values.total) show('by function, with what it calls', totalByFunction(profile), top);
}
