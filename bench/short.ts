/**
 * What a change costs, in under two minutes: CPU a request, as ratios to a bare proxy that is measured in the
 * same rounds. Fails where one is worse by more than a quarter than what is committed: `npm run bench:short`. Nothing but
 * this package's own dependencies is needed. `--write` commits to what is measured now.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { describeJudgement, type Figures, isPassed, judgeShort, medians } from './gateways/short-judge.ts';
import { measureRequests } from './gateways/short-requests.ts';

const COMMITTED = new URL('results/short.json', import.meta.url);
/** A machine that is busy with something else gives a figure that is not the program's: it is asked again. */
const REPEATS = 2;

const log = (text: string): void => void process.stdout.write(`${text}\n`);

const committed = (): Figures => {
  try {
    const figures: Figures = JSON.parse(readFileSync(COMMITTED, 'utf8'));
    return figures;
  } catch {
    throw new Error('No figures are committed: npm run bench:short -- --write');
  }
};

const write = (figures: Figures): void => {
  const short = Object.entries(figures).map(([name, value]) => [name, Number(value.toPrecision(3))]);
  mkdirSync(new URL('.', COMMITTED), { recursive: true });
  writeFileSync(COMMITTED, `${JSON.stringify(Object.fromEntries(short), undefined, 2)}\n`);
};

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
const limits = values.write ? undefined : committed();
const rounds: Figures[] = [];
for (let repeat = 0; repeat <= REPEATS; repeat += 1) {
  rounds.push(...(await measureRequests()));
  const measured = medians(rounds);
  if (limits === undefined) {
    if (repeat < REPEATS) continue;
    write(measured);
    for (const [name, value] of Object.entries(measured)) log(`${name.padEnd(32)} ${value.toFixed(2)}`);
    break;
  }
  const judgement = judgeShort(limits, measured);
  const isLast = repeat === REPEATS || isPassed(judgement);
  if (isLast)
    for (const [name, value] of Object.entries(measured))
      log(`${name.padEnd(32)} ${value.toFixed(2)}  (committed: ${limits[name]?.toFixed(2) ?? 'none'})`);
  for (const said of describeJudgement(judgement)) log(said);
  if (isLast) {
    process.exitCode = isPassed(judgement) ? 0 : 1;
    break;
  }
  log('Measured again: the machine may have been busy.');
}
