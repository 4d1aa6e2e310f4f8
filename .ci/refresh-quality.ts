/**
 * Writes src/catalogue/seed-data/quality/*.json, the benchmark scores that are shipped. For maintainers:
 *
 *   node .ci/refresh-quality.ts <folder>
 *
 * The folder holds one table a source, `quality-<source>-<day>.csv` with the columns
 * `model,canonical,setting,benchmark,version,metric,score,date,source`, and Aider's leaderboard as `aider-polyglot.json`.
 * `canonical` is whoever made the table's guess of the model: it is taken only where it agrees with the name that the source
 * gives the model, or where the pair is listed below. docs/quality.md says where each table comes from.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { aider } from '../src/adapters/sources/aider.ts';
import { parseCsv } from '../src/adapters/sources/csv.ts';
import type { QualityReporter } from '../src/domain/quality.ts';
import { modelFor } from './quality-names.ts';

const [folder = '.'] = process.argv.slice(2);
const target = resolve(import.meta.dirname, '../src/catalogue/seed-data/quality');

type Row = {
  readonly model: string;
  readonly canonical: string;
  readonly setting: string;
  readonly benchmark: string;
  readonly version: string;
  readonly metric: string;
  readonly score: number;
  readonly date: string;
  readonly source: string;
};

type Source = {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly licence: string;
  /** Words that the licence asks to be shown. */
  readonly attribution?: string;
  /** Undefined: the row is not shipped. */
  readonly reporter: (row: Row) => QualityReporter | undefined;
  /** Common beginning of the rows' addresses. */
  readonly base?: string;
};

const independent = (): QualityReporter => 'INDEPENDENT';
const lab = (): QualityReporter => 'LAB';

/** By the name in the table's file name. */
const SOURCES: { readonly [table: string]: Source } = {
  epoch: {
    id: 'epoch',
    name: 'Epoch AI, AI Benchmarking Hub',
    url: 'https://epoch.ai/benchmarks',
    licence: 'CC-BY-4.0',
    attribution: "Epoch AI, 'AI Benchmarking Hub', published online at epoch.ai",
    reporter: ({ model }) => (model.includes('pre-release') ? undefined : 'INDEPENDENT'),
  },
  'tau2-bench': {
    id: 'tau2-bench',
    name: 'tau2-bench leaderboard',
    url: 'https://github.com/sierra-research/tau2-bench',
    licence: 'MIT',
    // A submission's folder names who handed it in.
    reporter: ({ source }) => (/_sierra_/.test(source) ? 'INDEPENDENT' : 'LAB'),
  },
  'bullshit-benchmark': {
    id: 'bullshit-benchmark',
    name: 'BullshitBench',
    url: 'https://github.com/petergpt/bullshit-benchmark',
    licence: 'MIT',
    reporter: independent,
  },
  'vectara-hallucination': {
    id: 'vectara',
    name: 'Vectara hallucination leaderboard',
    url: 'https://github.com/vectara/hallucination-leaderboard',
    licence: 'Apache-2.0',
    reporter: independent,
  },
  'models.dev': {
    id: 'models-dev',
    name: 'models.dev',
    url: 'https://github.com/anomalyco/models.dev',
    licence: 'MIT',
    // Aider's own list has these, and others' boards keep their own terms.
    reporter: ({ source, benchmark }) =>
      /aider\.chat|artificialanalysis|openrouter\.ai|scale\.com|swebench\.com/.test(source) ||
      /^\d/.test(benchmark)
        ? undefined
        : 'LAB',
  },
  'bfcl-v4': {
    id: 'bfcl',
    name: 'Berkeley Function Calling Leaderboard',
    url: 'https://gorilla.cs.berkeley.edu/leaderboard.html',
    licence: 'Apache-2.0',
    reporter: ({ setting }) => (setting === '' ? undefined : 'INDEPENDENT'),
  },
  mteb: {
    id: 'mteb',
    name: 'MTEB results',
    url: 'https://github.com/embeddings-benchmark/results',
    licence: 'CC0-1.0',
    reporter: independent,
  },
  'open-asr': {
    id: 'open-asr',
    name: 'Open ASR leaderboard',
    url: 'https://github.com/huggingface/open_asr_leaderboard',
    licence: 'Apache-2.0',
    reporter: independent,
  },
  'llm-stats': {
    id: 'llm-stats',
    name: 'LLM Stats',
    url: 'https://github.com/JonathanChavezTamales/LLMStats',
    licence: 'CC-BY-4.0',
    attribution: 'LLM Stats, Jonathan Chávez Tamales and contributors',
    reporter: lab,
  },
  'simple-evals': {
    id: 'simple-evals',
    name: 'OpenAI simple-evals',
    url: 'https://github.com/openai/simple-evals',
    licence: 'MIT',
    // OpenAI's runs of its own models, and what other labs report of theirs.
    reporter: lab,
  },
  aider: {
    id: 'aider',
    name: 'Aider polyglot leaderboard',
    url: 'https://aider.chat/docs/leaderboards/',
    licence: 'Apache-2.0',
    reporter: independent,
  },
};

/** `accuracy %`, `word error rate % (less is better)`, `mean over tasks, 0-100`: what is counted, and how. */
const readMetric = (stated: string) => {
  const lessIsBetter = /less is better/.test(stated);
  const text = stated.replace(/\s*\((?:less is better|real time factor.*|nonsense clearly rejected)\)/, '');
  const isShare = /%|\b0-100\b|percent|resolve|success rate|accuracy|^F1/.test(text);
  const metric = text
    .replace(/,? 0-100$/, '')
    .replace(/\s*%/, '')
    .replace(/^percent$|^score$/, 'score')
    .trim();
  const unit = isShare ? '%' : /points|rating/.test(text) ? 'points' : /RTFx/.test(text) ? 'x' : undefined;
  return { metric, unit, lessIsBetter, maximum: isShare ? 100 : undefined };
};

/** A second metric of the same benchmark is a benchmark of its own here. */
const benchmarkOf = ({ benchmark, metric }: Row): string => {
  if (metric.startsWith('answer rate')) return 'vectara-answer-rate';
  return metric.startsWith('RTFx') ? `${benchmark}-speed` : benchmark;
};

const readTable = (text: string): readonly Row[] =>
  parseCsv(text).map((row) => ({
    model: row.model ?? '',
    canonical: row.canonical ?? '',
    setting: (row.setting ?? '') === 'reported by its lab' ? '' : (row.setting ?? ''),
    benchmark: row.benchmark ?? '',
    version: (row.version ?? '').replace(/^v(?=\d+\.)/, ''),
    metric: row.metric ?? '',
    score: Number(row.score),
    date: row.date ?? '',
    source: row.source ?? '',
  }));

const readAider = (text: string): readonly Row[] => {
  const rows: unknown = JSON.parse(text).rows;
  return aider.parse({ leaderboard: JSON.stringify(rows) }).scores.flatMap(({ identity, quality }) =>
    quality.map(({ benchmark, score, setting = '', date = '', testedModel = '' }) => ({
      model: testedModel,
      canonical: identity.name ?? '',
      setting,
      benchmark,
      version: '',
      metric: 'tasks solved within two tries %',
      score,
      date,
      source: 'https://aider.chat/docs/leaderboards/',
    })),
  );
};

const write = (table: string, rows: readonly Row[]): void => {
  const source = SOURCES[table];
  if (source === undefined) throw new Error(`No source is known for the table ${table}.`);
  const series = new Map<string, { readonly head: object; readonly rows: unknown[][] }>();
  const dropped: string[] = [];
  let newest = '';
  let kept = 0;
  for (const row of rows) {
    const reportedBy = source.reporter(row);
    const slug = modelFor(table, row.model, row.canonical);
    if (reportedBy === undefined || slug === undefined || !Number.isFinite(row.score)) {
      if (slug === undefined) dropped.push(`${row.model} -> ${row.canonical}`);
      continue;
    }
    const { metric, unit, lessIsBetter, maximum } = readMetric(row.metric);
    const benchmark = benchmarkOf(row);
    const key = [benchmark, row.version, reportedBy, metric].join('\n');
    const known = series.get(key) ?? {
      head: {
        benchmark,
        ...(row.version !== '' && { version: row.version }),
        metric,
        ...(unit !== undefined && { unit }),
        ...(lessIsBetter && { lessIsBetter }),
        ...(maximum !== undefined && { maximum }),
        ...(reportedBy === 'LAB' && { reportedBy }),
        url: row.source,
      },
      rows: [],
    };
    series.set(key, known);
    const url = 'url' in known.head && known.head.url === row.source ? [] : [row.source];
    const effort = /^(?:openai\/)?o[34]-mini-(low|medium|high)\b/.exec(row.model)?.[1] ?? '';
    known.rows.push([row.model, slug, row.setting || effort, row.score, row.date, ...url]);
    if (row.date > newest) newest = row.date;
    kept += 1;
  }
  const lines = [...series.values()].map(
    ({ head, rows: own }) =>
      `{${JSON.stringify(head).slice(1, -1)},"rows":[\n${own
        .map((each) => JSON.stringify(each))
        .sort()
        .join(',\n')}\n]}`,
  );
  const { id, name, url, licence, attribution } = source;
  const head = JSON.stringify({ source: id, name, url, licence, attribution, publishedAt: newest });
  writeFileSync(
    join(target, `${id}.json`),
    `${head.slice(0, -1)},"benchmarks":[\n${lines.join(',\n')}\n]}\n`,
  );
  const names = [...new Set(dropped)];
  process.stdout.write(`${id}: ${kept} of ${rows.length} scores; names left out: ${names.length}\n`);
  if (process.env.VERBOSE !== undefined) process.stdout.write(names.map((each) => `  ${each}\n`).join(''));
};

mkdirSync(target, { recursive: true });
for (const file of readdirSync(folder).sort()) {
  const table = /^quality-(.+?)-\d{4}-\d{2}\.csv$/.exec(file)?.[1];
  if (table !== undefined && SOURCES[table] !== undefined)
    write(table, readTable(readFileSync(join(folder, file), 'utf8')));
  if (file === 'aider-polyglot.json') write('aider', readAider(readFileSync(join(folder, file), 'utf8')));
}
