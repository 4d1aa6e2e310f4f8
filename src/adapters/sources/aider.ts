import { createRequire } from 'node:module';
import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import {
  type CatalogueSource,
  EMPTY_READING,
  type SourceProblem,
  type SourceScores,
  SourceUnreadable,
} from '../../ports/catalogue-source.ts';
import { MAX_OFFERINGS, momentIn, nameIn } from '../../price-lists/read-values.ts';

/** Read when an answer is there to read. */
const yaml = (): typeof import('yaml') => createRequire(import.meta.url)('yaml');

const PAGE = 'https://aider.chat/docs/leaderboards/';

const rowsOf = (text: string): readonly unknown[] => {
  let value: unknown;
  try {
    // No aliases: a short text must not unfold into a long one.
    value = yaml().parse(text, { maxAliasCount: 0 });
  } catch {
    throw new SourceUnreadable(`The answer "leaderboard" is not YAML, ${text.length} characters long.`);
  }
  if (!Array.isArray(value)) throw new SourceUnreadable('The answer "leaderboard" is not a list of runs.');
  return value.slice(0, MAX_OFFERINGS);
};

/** `o3 (high)`: the model, and how it was run. The edit format tells apart runs that are the same otherwise. */
const splitName = (name: string, row: JsonObject): { readonly name: string; readonly setting: string } => {
  const found = /^(.*?)\s*\(([^()]+)\)$/.exec(name);
  const format = nameIn(row.edit_format) ?? 'diff';
  // A date or a snapshot in brackets says which model it is, not how it was run.
  if (found?.[1] === undefined || found[2] === undefined || /^\d{4}|prev/.test(found[2])) {
    return { name, setting: format };
  }
  return { name: found[1], setting: `${found[2].toLowerCase()}, ${format}` };
};

const scoresOf = (row: unknown, index: number, problems: SourceProblem[]): SourceScores | undefined => {
  if (!isJsonObject(row)) {
    problems.push({ subject: `row ${index}`, reason: 'MALFORMED', detail: 'It is not a record.' });
    return undefined;
  }
  const stated = nameIn(row.model);
  const score = row.pass_rate_2;
  if (stated === undefined || typeof score !== 'number' || !(score >= 0 && score <= 100)) {
    problems.push({
      subject: stated ?? `row ${index}`,
      reason: 'MALFORMED',
      detail: 'It has no model, or pass_rate_2 is not a percentage.',
    });
    return undefined;
  }
  // Two models worked together: the score is of neither.
  if (stated.includes(' + ')) return undefined;
  const { name, setting } = splitName(stated, row);
  const cost = row.total_cost;
  const date = momentIn(row.date)?.slice(0, 10);
  return {
    identity: { name },
    quality: [
      {
        benchmark: 'aider-polyglot',
        score,
        maximum: 100,
        metric: 'share of tasks solved within two tries',
        unit: '%',
        setting,
        testedModel: stated,
        ...(typeof cost === 'number' && cost > 0 && Number.isFinite(cost) ? { costUsd: cost } : {}),
        ...(date === undefined ? {} : { date }),
        sourceUrl: PAGE,
      },
    ],
  };
};

/** Aider's polyglot leaderboard: share of 225 coding tasks solved within two tries, and what the run cost. */
export const aider: CatalogueSource = {
  id: 'aider',
  name: 'Aider polyglot leaderboard',
  pageUrl: PAGE,
  baseUrl: 'https://raw.githubusercontent.com/Aider-AI/aider/main',
  requests: [{ name: 'leaderboard', path: '/aider/website/_data/polyglot_leaderboard.yml' }],
  terms: 'Apache-2.0',
  byDefault: true,
  storable: true,
  parse: (bodies) => {
    const problems: SourceProblem[] = [];
    const scores = rowsOf(bodies.leaderboard ?? '').flatMap((row, index) => {
      const read = scoresOf(row, index, problems);
      return read === undefined ? [] : [read];
    });
    if (scores.length === 0)
      throw new SourceUnreadable('The answer "leaderboard" has no run that can be read.');
    return { ...EMPTY_READING, scores, problems };
  },
};
