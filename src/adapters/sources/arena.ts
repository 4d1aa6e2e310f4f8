import {
  type CatalogueSource,
  EMPTY_READING,
  type SourceProblem,
  type SourceScores,
  SourceUnreadable,
} from '../../ports/catalogue-source.ts';
import { nameIn } from '../../price-lists/read-values.ts';
import { figureOf, membersOf, rowsOf } from './live-payload.ts';
import { dayIn, jsonBody } from './row-reading.ts';

const PAGE = 'https://huggingface.co/datasets/lmarena-ai/leaderboard-dataset';
const ROWS = 100;
/** Ratings from fewer votes move too much. */
const MIN_VOTES = 300;

const path = (page: number): string =>
  `/rows?dataset=lmarena-ai%2Fleaderboard-dataset&config=text_style_control&split=latest&offset=${(page - 1) * ROWS}&length=${ROWS}`;

/** Labs whose names of models end in how the model was asked; elsewhere `-thinking` may be a model of its own. */
const SETTING =
  /^((?:claude|gpt|o\d|gemini|grok|deepseek|glm)[\w.-]*?)-(thinking(?:-(?:\d+k|minimal))?|(?:no|non)-thinking|reasoning|minimal|low|medium|high|xhigh|max)$/;

const readRow = (value: unknown, subject: string, problems: SourceProblem[]): readonly SourceScores[] => {
  const row = membersOf(membersOf(value)?.row);
  const stated = nameIn(row?.model_name);
  const score = figureOf(row?.rating);
  if (row === undefined || stated === undefined || score === undefined) {
    const detail = 'takes an object `row` with a text `model_name` and a number `rating`';
    problems.push({ subject, reason: 'MALFORMED', detail });
    return [];
  }
  if (row.category !== 'overall' || (figureOf(row.vote_count) ?? 0) < MIN_VOTES) return [];
  const [, name = stated, setting] = SETTING.exec(stated.toLowerCase()) ?? [];
  const date = dayIn(row.leaderboard_publish_date);
  return [
    {
      identity: { name },
      quality: [
        {
          benchmark: 'arena-text',
          version: 'style control',
          score,
          metric: 'rating from votes between two answers',
          unit: 'points',
          testedModel: stated,
          sourceUrl: PAGE,
          ...(setting !== undefined && { setting: setting.replace(/^thinking-minimal$/, 'minimal') }),
          ...(date !== undefined && { date }),
        },
      ],
    },
  ];
};

/** Ratings of the text arena, all categories together, with style control. The list is ordered by category. */
export const arena: CatalogueSource = {
  id: 'arena',
  name: 'LMArena leaderboard dataset',
  pageUrl: PAGE,
  baseUrl: 'https://datasets-server.huggingface.co',
  requests: [{ name: 'page-1', path: path(1) }],
  following: (answer, page) => {
    const total = Number(/"num_rows_total"\s*:\s*(\d+)/.exec(answer)?.[1] ?? 0);
    const isPast = answer.includes('"category"') && !/"category"\s*:\s*"overall"/.test(answer);
    return (page - 1) * ROWS < total && !isPast ? { name: `page-${page}`, path: path(page) } : undefined;
  },
  terms:
    'CC-BY-4.0 as others state it: look at the card of the data set before turning it on. Arena (LMArena), leaderboard dataset.',
  byDefault: false,
  storable: true,
  parse(bodies) {
    const problems: SourceProblem[] = [];
    const scores: SourceScores[] = [];
    for (const name of Object.keys(bodies)) {
      const answer = membersOf(jsonBody(bodies, name));
      for (const [index, row] of rowsOf(answer?.rows, `${name}.rows`).entries())
        scores.push(...readRow(row, `arena/${name}[${index}]`, problems));
    }
    if (scores.length === 0) throw new SourceUnreadable('No row of the category `overall` can be read.');
    return { ...EMPTY_READING, scores, problems };
  },
};
