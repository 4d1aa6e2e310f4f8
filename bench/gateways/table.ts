import { readFileSync, writeFileSync } from 'node:fs';
import type { Measured, Places, Results } from './results.ts';
import type { PartId } from './section.ts';
import type { Verdict } from './targets.ts';

/** Sections that are shown side by side: their rows are joined by id. */
const TABLES: readonly { readonly means: string; readonly parts: readonly PartId[] }[] = [
  { means: 'How much a machine carries, and how long clients wait', parts: ['closed', 'open'] },
  { means: 'What streams cost, and how late their tokens come', parts: ['streams'] },
  { means: 'What the shape of a request costs', parts: ['shapes'] },
  { means: 'What a request leaves behind', parts: ['survivors'] },
  { means: 'How fast a large ledger is read', parts: ['ledger'] },
  { means: 'What a server weighs', parts: ['start', 'install', 'memory'] },
];

const cellText = (cell: number | string | undefined, digits: number): string => {
  if (cell === undefined) return '';
  if (typeof cell === 'string') return cell.replaceAll('|', '\\|');
  return Number.isFinite(cell)
    ? cell.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
    : '';
};

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** One table of all the sections: each row has the cells of those of them that measured it. */
const joined = (means: string, sections: readonly Measured[]): readonly string[] => {
  const columns = sections.flatMap((section) => section.columns);
  const names = new Map(sections.flatMap(({ rows }) => rows.map(({ id, name }) => [id, name] as const)));
  const rows = [...names].map(([id, name]) =>
    line([
      name,
      ...sections.flatMap((section) => {
        const row = section.rows.find((each) => each.id === id);
        return section.columns.map(({ digits }, index) => cellText(row?.cells[index], digits));
      }),
    ]),
  );
  const notes = sections.flatMap(({ notes: each = [] }) => each);
  return [
    `**${means}.** ${[...sections.map(({ title }) => `${title}.`), ...notes].join(' ')}`,
    '',
    line(['', ...columns.map(({ title }) => title)]),
    line(['---', ...columns.map(() => '--:')]),
    ...rows,
    '',
  ];
};

const only = (values: readonly string[]): string => [...new Set(values)].join(', ');

const verdictText = ({ text, bound, value, verdict }: Verdict): string => {
  const said = verdict === 'missed' ? '**missed**' : verdict;
  return value === undefined
    ? `${text} (${bound}, ${said})`
    : `${text} ${cellText(value, Number.isInteger(value) ? 0 : 2)} (${bound}, ${said})`;
};

/** What was to be reached, one line for each load. */
const targetLines = (targets: readonly Verdict[]): readonly string[] =>
  [...Map.groupBy(targets, ({ load }) => load)].map(
    ([load, verdicts]) => `- ${load}: ${verdicts.map(verdictText).join('; ')}`,
  );

export const markdown = ({ sections, versions, targets }: Results): string => {
  const peers = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `\`npm run bench\` (${only(sections.map(({ date }) => date))}) on ${only(sections.map((each) => each.machine))}, which also carry the load and the upstream; all features on. ${peers.join(', ')}. Every round is in \`bench/results/gateways.json\`. To be reached:`,
    '',
    ...targetLines(targets),
    '',
    ...TABLES.flatMap(({ means, parts }) => {
      const shown = sections.filter(({ id }) => parts.includes(id));
      return shown.length === 0 ? [] : joined(means, shown);
    }),
  ]
    .join('\n')
    .trimEnd();
};

const text = (value: number | undefined, digits: number): string | undefined =>
  value === undefined || !Number.isFinite(value) ? undefined : cellText(value, digits);

/** What matters most, in words; what was not measured is not told. */
export const figuresInWords = ({ sections }: Results): string => {
  const figure = (part: PartId, name: string): number | undefined =>
    sections.find(({ id }) => id === part)?.figures[name];
  const ofBare = text(figure('closed', 'chat.32.perSecond.ofBare'), 2);
  const ofPortkey = text(figure('closed', 'chat.32.perSecond.ofPortkey'), 1);
  const [p50, p99] = ['p50', 'p99'].map((name) => text(figure('open', `chat.1000.added.${name}`), 1));
  const token = text(figure('streams', 'chat.500.cpuUs.ofBare'), 2);
  return [
    ...(ofBare === undefined || ofPortkey === undefined
      ? []
      : [
          `- **${ofPortkey} times as many requests a second as Portkey's gateway**, ${ofBare} of those of a bare proxy that reads and writes JSON and does nothing else.`,
        ]),
    ...(p50 === undefined || p99 === undefined
      ? []
      : [`- **${p50} ms added at the median**, ${p99} ms at P99, at 1,000 requests a second.`]),
    ...(token === undefined
      ? []
      : [`- **${token} times the bare proxy's computing for a token**, with 500 streams at once.`]),
  ].join('\n');
};

/** Puts a text between two marks of a page, in place of what is there. */
export const writeBetween = (path: string, mark: string, content: string): void => {
  const [begin, end] = [`<!-- ${mark} -->`, `<!-- /${mark} -->`];
  const page = readFileSync(path, 'utf8');
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${path} has no place for it: ${begin} … ${end}`);
  writeFileSync(path, `${page.slice(0, from + begin.length)}\n${content}\n${page.slice(to)}`);
};

/** All tables on their own page, and the figures that matter most in the README. */
export const writeResults = (results: Results, { page, readme }: Places): void => {
  writeBetween(page, 'bench', markdown(results));
  writeBetween(readme, 'bench', figuresInWords(results));
};
