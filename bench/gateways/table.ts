import { readFileSync, writeFileSync } from 'node:fs';
import type { Measured, Results } from './results.ts';
import type { PartId } from './section.ts';
import type { Verdict } from './targets.ts';

const BEGIN = '<!-- bench -->';
const END = '<!-- /bench -->';

/** Sections that are shown side by side: their rows are joined by id. */
const TABLES: readonly { readonly means: string; readonly parts: readonly PartId[] }[] = [
  { means: 'How much a machine carries, and how long clients wait', parts: ['closed', 'open'] },
  { means: 'What streams cost, and how late their tokens come', parts: ['streams'] },
  { means: 'What a server weighs', parts: ['start', 'install', 'memory', 'large'] },
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

export const writeTable = (results: Results, path: string): void => {
  const text = readFileSync(path, 'utf8');
  const from = text.indexOf(BEGIN);
  const to = text.indexOf(END);
  if (from < 0 || to < from) throw new Error(`${path} has no place for the table: ${BEGIN} … ${END}`);
  const before = text.slice(0, from + BEGIN.length);
  writeFileSync(path, `${before}\n${markdown(results)}\n${text.slice(to)}`);
};
