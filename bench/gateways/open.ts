import { type Load, startLoad, withoutErrors } from './load.ts';
import type { Latency, LoadResult } from './load-job.ts';
import { inTurns, median } from './rounds.ts';
import type { Row, RunOptions, RunPart, Section } from './section.ts';
import type { Subject } from './subject.ts';
import { startWholeServers, wholeSubjects } from './subjects.ts';

const RATES = [500, 1_000, 2_000] as const;
type Rate = (typeof RATES)[number];
const ROUNDS = 3;
/** In all rounds together; targets are judged at 1,000. */
const SECONDS: Readonly<Record<Rate, number>> = { 500: 12, 1000: 30, 2000: 12 };
const WARM_UP_MS = 3_000;
/** Requests that wait at once; more are given up, so that a load that a server does not carry ends. */
const MAX_WAITING = 1_000;
/** Of what was due; who takes longer than the load lasts has less answered in a second than came in one. */
const CARRIED = 0.95;
const FLOOR = 'upstream';
const SHOWN = ['upstream', 'bare', 'portkey', 'chat', 'chat-postgres', 'mutation'];

/** One subject in one round. */
type Turn = {
  readonly subject: string;
  readonly rate: Rate;
  readonly round: number;
  readonly duePerSecond: number;
} & LoadResult;

const isSaturated = ({ duePerSecond, perSecond, givenUp }: Turn): boolean =>
  givenUp > 0 || perSecond < duePerSecond * CARRIED;

/** One bad moment of the machine is not the subject's: most rounds must say so. */
const isSaturatedAt = (turns: readonly Turn[], id: string, rate: Rate): boolean => {
  const own = turns.filter((turn) => turn.subject === id && turn.rate === rate);
  return own.filter(isSaturated).length * 2 > own.length;
};

const measure = async (
  load: Load,
  subjects: readonly Subject[],
  { seconds, log }: RunOptions,
): Promise<readonly Turn[]> => {
  const turns: Turn[] = [];
  /** What did not carry the rate before. */
  const saturated = new Set<string>();
  for (const rate of RATES) {
    log(`open loop, ${rate} requests/s`);
    const ms = ((seconds ?? SECONDS[rate]) * 1_000) / ROUNDS;
    // What did not carry a rate is not asked for more.
    const asked = subjects.filter(({ id }) => !saturated.has(id));
    await inTurns(asked, ROUNDS, async (subject, round) => {
      const result = await load.run(subject, {
        kind: 'open',
        perSecond: rate,
        ms,
        maxWaiting: MAX_WAITING,
        seed: rate * ROUNDS + round,
      });
      const due = result.answered + result.errors + result.givenUp;
      const turn = { subject: subject.id, rate, round, duePerSecond: (due * 1_000) / ms, ...result };
      turns.push(turn);
      // Requests that were left behind are still worked on: the next subject must not meet them.
      if (isSaturated(turn))
        await withoutErrors(load, subject, { kind: 'closed', connections: 1, ms: 1_000 }).catch(() => {});
    });
    for (const { id } of asked) if (id !== FLOOR && isSaturatedAt(turns, id, rate)) saturated.add(id);
  }
  return turns;
};

/** A round's percentile, less what the same arrivals saw in the same round straight at the upstream. */
const added = (turns: readonly Turn[], id: string, rate: Rate, which: keyof Latency): number => {
  const own = turns.filter((turn) => turn.subject === id && turn.rate === rate);
  return median(
    own.flatMap(({ round, latency }) => {
      const floor = turns.find(
        (turn) => turn.subject === FLOOR && turn.rate === rate && turn.round === round,
      );
      return floor === undefined ? [] : [latency[which] - floor.latency[which]];
    }),
  );
};

const figuresOf = (turns: readonly Turn[], subjects: readonly Subject[]): Section['figures'] => {
  const figures: Record<string, number> = {};
  for (const { id } of subjects)
    for (const rate of RATES) {
      const own = turns.filter((turn) => turn.subject === id && turn.rate === rate);
      if (own.length === 0) continue;
      const at = (name: string): string => `${id}.${rate}.${name}`;
      figures[at('answeredPerSecond')] = median(own.map(({ perSecond }) => perSecond));
      figures[at('errors')] = own.reduce((sum, { errors, givenUp }) => sum + errors + givenUp, 0);
      figures[at('saturated')] = isSaturatedAt(turns, id, rate) ? 1 : 0;
      for (const which of ['p50', 'p90', 'p99', 'p999', 'max'] as const) {
        figures[at(which)] = median(own.map(({ latency }) => latency[which]));
        figures[at(`added.${which}`)] = added(turns, id, rate, which);
      }
      figures[at('cpuMs')] = median(own.map(({ cpu, answered }) => cpu.all / answered));
    }
  return figures;
};

const cellOf = (figures: Section['figures'], id: string, rate: Rate): string | undefined => {
  const figure = (name: string): number => figures[`${id}.${rate}.${name}`] ?? Number.NaN;
  if (figures[`${id}.${rate}.saturated`] === undefined) return 'saturated';
  if (figure('saturated') === 1) return `saturated at ${figure('answeredPerSecond').toFixed(0)}/s`;
  const errors = figure('errors') > 0 ? `, ${figure('errors')} errors` : '';
  const prefix = id === FLOOR ? '' : 'added.';
  const shown = (['p50', 'p99'] as const).map((which) => figure(`${prefix}${which}`).toFixed(1));
  return `${shown.join(' / ')}${errors}`;
};

/** Requests come at a rate, whether or not those before are answered: how long clients wait. */
export const run: RunPart = async (options) => {
  const servers = await startWholeServers({ postgres: true });
  const load = startLoad();
  try {
    const subjects = wholeSubjects(servers).filter(({ id }) => SHOWN.includes(id));
    for (const subject of subjects)
      await withoutErrors(load, subject, { kind: 'closed', connections: 32, ms: WARM_UP_MS });
    const turns = await measure(load, subjects, options);
    const figures = figuresOf(turns, subjects);
    return {
      id: 'open',
      title: `Then requests come at a rate, whoever is answered (random arrivals, ${options.seconds ?? SECONDS[1_000]} s at 1,000/s): ms from when each was due, P50 / P99, added to those of the first row, which are the upstream's and the generator's own`,
      columns: RATES.map((rate) => ({ title: `${rate.toLocaleString('en-US')}/s: P50 / P99 ms`, digits: 1 })),
      rows: subjects.map(
        ({ id, name }): Row => ({ id, name, cells: RATES.map((rate) => cellOf(figures, id, rate)) }),
      ),
      figures,
      rounds: turns.map(({ latency, cpu, ...turn }) => ({
        ...turn,
        ...Object.fromEntries(Object.entries(latency).map(([name, value]) => [`${name}Ms`, value])),
        cpuMs: cpu.all,
      })),
    };
  } finally {
    load.stop();
    await servers.stop();
  }
};
