import {
  type CatalogueSource,
  EMPTY_READING,
  type SourceProblem,
  type SourceScores,
  SourceUnreadable,
} from '../../ports/catalogue-source.ts';
import { MAX_OFFERINGS, nameIn } from '../../price-lists/read-values.ts';
import { parseCsv } from './csv.ts';
import { dayIn } from './row-reading.ts';

const PAGE = 'https://epoch.ai/benchmarks';

/** Tasks whose name holds the version, or that have another name here. */
const TASKS: { readonly [task: string]: { readonly benchmark: string; readonly version?: string } } = {
  'frontiermath-2025-02-28-private': { benchmark: 'frontiermath', version: 'tiers 1-3' },
  'frontiermath-tier-4-2025-07-01-private': { benchmark: 'frontiermath', version: 'tier 4' },
  'frontiermath-tier-4-v2-private': { benchmark: 'frontiermath', version: 'tier 4, v2' },
  'otis-mock-aime-2024-2025': { benchmark: 'otis-mock-aime', version: '2024-2025' },
};

const EFFORT = /_(\d+K|none|minimal|low|medium|high|xhigh|max|thinking|unknown)$/;

/** `host/claude-opus-4-5-20251101_32K`: the model, and how much it may think. */
const splitVersion = (version: string): { readonly name: string; readonly setting?: string } => {
  const bare = version.split('/').at(-1) ?? version;
  const setting = EFFORT.exec(bare)?.[1];
  return setting === undefined ? { name: bare } : { name: bare.replace(EFFORT, ''), setting };
};

type Row = { readonly [column: string]: string };

const scoreIn = (row: Row): number | undefined => {
  for (const column of ['mean_score', 'Best score (across scorers)', 'best_score']) {
    const text = row[column]?.trim();
    if (text !== undefined && text !== '') {
      const score = Number(text);
      return score >= 0 && score <= 1 ? score : undefined;
    }
  }
  return undefined;
};

const readRun = (row: Row, index: number, problems: SourceProblem[]): SourceScores | undefined => {
  const task = nameIn(row.task)
    ?.toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  const stated = nameIn(row.model) ?? nameIn(row['Model version']) ?? nameIn(row.id_model_version);
  const score = scoreIn(row);
  if (task === undefined || task === '' || stated === undefined || score === undefined) {
    problems.push({
      subject: stated ?? `row ${index}`,
      reason: 'MALFORMED',
      detail: 'It has no task, no model, or no score from 0 to 1.',
    });
    return undefined;
  }
  const { benchmark, version = nameIn(row['task version']) } = TASKS[task] ?? { benchmark: task };
  const { name, setting } = splitVersion(stated);
  const date = dayIn(row.started_at);
  return {
    identity: { name },
    quality: [
      {
        benchmark,
        score: Math.round(score * 1_000_000) / 10_000,
        maximum: 100,
        metric: 'accuracy',
        unit: '%',
        testedModel: stated,
        sourceUrl: PAGE,
        ...(version !== undefined && { version }),
        ...(setting !== undefined && { setting }),
        ...(date !== undefined && { date }),
      },
    ],
  };
};

/** Epoch AI's own runs of benchmarks: one row a run. */
export const epoch: CatalogueSource = {
  id: 'epoch',
  name: 'Epoch AI, AI Benchmarking Hub',
  pageUrl: PAGE,
  baseUrl: 'https://epoch.ai',
  requests: [{ name: 'benchmarks', path: '/data/benchmarks.csv' }],
  terms: "CC-BY-4.0: Epoch AI, 'AI Benchmarking Hub', published online at epoch.ai.",
  byDefault: false,
  storable: true,
  parse: (bodies) => {
    const rows = parseCsv(bodies.benchmarks ?? '').slice(0, MAX_OFFERINGS);
    if (rows[0] === undefined || !('task' in rows[0]))
      throw new SourceUnreadable('The answer "benchmarks" is no table with a column `task`.');
    const problems: SourceProblem[] = [];
    const scores = rows.flatMap((row, index) => {
      // Runs that failed or are under way have no score to believe.
      if (row.Status !== undefined && row.Status !== 'Success') return [];
      return readRun(row, index + 2, problems) ?? [];
    });
    if (scores.length === 0)
      throw new SourceUnreadable('The answer "benchmarks" has no run that can be read.');
    return { ...EMPTY_READING, scores, problems };
  },
};
