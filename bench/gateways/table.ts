import { readFileSync, writeFileSync } from 'node:fs';
import type { Measured, Results } from './results.ts';
import type { PartId } from './section.ts';

const README = new URL('../../README.md', import.meta.url);
const BEGIN = '<!-- bench -->';
const END = '<!-- /bench -->';

/** Sections that are shown side by side: their rows are joined by id. */
const TABLES: readonly (readonly PartId[])[] = [
  ['closed', 'open'],
  ['large'],
  ['streams'],
  ['start', 'memory', 'install'],
];

const cellText = (cell: number | string | undefined, digits: number): string => {
  if (cell === undefined) return '';
  if (typeof cell === 'string') return cell;
  return Number.isFinite(cell)
    ? cell.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
    : '';
};

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** One table of all the sections: each row has the cells of those of them that measured it. */
const joined = (sections: readonly Measured[]): readonly string[] => {
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
  return [
    ...sections.map(({ title }) => `${title}.`),
    '',
    line(['', ...columns.map(({ title }) => title)]),
    line(['---', ...columns.map(() => '--:')]),
    ...rows,
    ...sections.flatMap(({ notes = [] }) => notes.map((note) => `\n${note}`)),
    '',
  ];
};

const only = (values: readonly string[]): string => [...new Set(values)].join(', ');

export const markdown = ({ sections, versions, targets }: Results): string => {
  const peers = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const shown = TABLES.map((ids) => sections.filter(({ id }) => ids.includes(id))).filter(
    (group) => group.length > 0,
  );
  return [
    `\`npm run bench\` (${only(sections.map(({ date }) => date))}) on ${only(sections.map((each) => each.machine))}, which also carry the load and the upstream; all features on. ${peers.join(', ')}.`,
    'Every round is in `bench/results/gateways.json`.',
    '',
    ...shown.flatMap(joined),
    line(['target', 'bound', 'measured', '']),
    line(['---', '--:', '--:', '---']),
    ...targets.map(({ text, bound, value, verdict }) => line([text, bound, cellText(value, 2), verdict])),
  ].join('\n');
};

export const writeTable = (results: Results): void => {
  const text = readFileSync(README, 'utf8');
  const from = text.indexOf(BEGIN);
  const to = text.indexOf(END);
  if (from < 0 || to < from) throw new Error(`README.md has no place for the table: ${BEGIN} … ${END}`);
  const before = text.slice(0, from + BEGIN.length);
  writeFileSync(README, `${before}\n${markdown(results)}\n${text.slice(to)}`);
};
