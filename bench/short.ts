/**
 * What a change costs, in under two minutes: the serving thread's CPU a request and a token, as ratios to a bare proxy
 * that is measured in the same rounds, and what a stream keeps in memory. Fails where one is worse by more than a quarter
 * than what is committed: `npm run bench:short`. What is, is measured again, twice at most. Nothing but this package's own
 * dependencies is needed. `--write` commits to what is measured now.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  dearest,
  describeJudgement,
  type Figures,
  isPassed,
  judgeShort,
  lowerQuartiles,
} from './gateways/short-judge.ts';
import { measureRequests, REQUEST_FIGURES } from './gateways/short-requests.ts';
import { measureShortStreams, STREAM_FIGURES } from './gateways/streams-short.ts';

const COMMITTED = new URL('results/short.json', import.meta.url);
/** A machine that is busy with something else gives a figure that is not the program's: it is asked again. */
const REPEATS = 2;
const ALL: readonly string[] = [...REQUEST_FIGURES, ...STREAM_FIGURES];

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

const measure = async (names: readonly string[]): Promise<readonly Figures[]> => [
  ...(await measureRequests(names)),
  ...(await measureShortStreams(names)),
];

const print = (measured: Figures, limits: Figures): void => {
  log(`${''.padEnd(34)} measured  committed`);
  for (const [name, value] of Object.entries(measured))
    log(
      `${name.padEnd(34)} ${value.toFixed(2).padStart(8)}  ${(limits[name]?.toFixed(2) ?? 'none').padStart(9)}`,
    );
};

const writeMeasured = async (): Promise<void> => {
  const passes: Figures[] = [];
  for (let repeat = 0; repeat <= REPEATS; repeat += 1) passes.push(lowerQuartiles(await measure(ALL)));
  const figures = dearest(passes);
  const missing = ALL.filter((name) => !Number.isFinite(figures[name]));
  if (missing.length > 0) throw new Error(`Not measured, and nothing is written: ${missing.join(', ')}`);
  write(figures);
  print(figures, figures);
};

/** Whether all is within the limits. */
const judgeMeasured = async (limits: Figures): Promise<boolean> => {
  const rounds: Figures[] = [];
  let names = ALL;
  for (let repeat = 0; ; repeat += 1) {
    rounds.push(...(await measure(names)));
    const measured = lowerQuartiles(rounds);
    const judgement = judgeShort(limits, measured);
    const again = [...judgement.worse.map(({ name }) => name), ...judgement.missing].filter((name) =>
      ALL.includes(name),
    );
    const isLast = repeat === REPEATS || again.length === 0;
    if (isLast) print(measured, limits);
    for (const said of describeJudgement(judgement)) log(said);
    if (isLast) return isPassed(judgement);
    log(`Measured again, as the machine may have been busy: ${again.join(', ')}`);
    names = again;
  }
};

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
if (values.write) await writeMeasured();
else process.exitCode = (await judgeMeasured(committed())) ? 0 : 1;
