import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { keepSection, type Places } from '../../bench/gateways/results.ts';
import type { Section } from '../../bench/gateways/section.ts';
import { writeResults } from '../../bench/gateways/table.ts';

const closed: Section = {
  id: 'closed',
  title: 'Each client asks again',
  columns: [
    { title: 'of bare', digits: 2 },
    { title: 'requests/s', digits: 0 },
  ],
  rows: [
    { id: 'bare', name: 'bare proxy', cells: [1, 10_800.4] },
    { id: 'chat', name: 'REST', cells: [0.456, undefined] },
  ],
  figures: { 'chat.32.perSecond.ofPortkey': 4.5, 'chat.32.perSecond.ofBare': 0.456 },
  rounds: [],
};
const open: Section = {
  id: 'open',
  title: 'Requests come at a rate',
  columns: [{ title: '1,000/s', digits: 1 }],
  rows: [{ id: 'chat', name: 'REST', cells: ['1.0 / 2.0'] }],
  notes: ['The machine was full.'],
  figures: { 'chat.1000.errors': 0 },
  rounds: [],
};

const places = (): Places => {
  const folder = mkdtempSync(join(tmpdir(), 'modelgraph-table-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [page, readme] = [join(folder, 'benchmarks.md'), join(folder, 'README.md')];
  for (const each of [page, readme])
    writeFileSync(each, 'before\n<!-- bench -->\nold\n<!-- /bench -->\nafter\n');
  return { results: join(folder, 'results', 'gateways.json'), page, readme };
};

describe('the tables of the benchmark', () => {
  test('parts are kept as they come, joined by row, and put between the marks', () => {
    const where = places();
    for (const section of [open, closed]) writeResults(keepSection(section, where.results), where);
    const text = readFileSync(where.page, 'utf8');
    expect(text).toContain('|  | of bare | requests/s | 1,000/s |');
    expect(text).toContain('| bare proxy | 1.00 | 10,800 |  |');
    expect(text).toContain('| REST | 0.46 |  | 1.0 / 2.0 |');
    expect(text).toContain('The machine was full.');
    expect(text.startsWith('before\n<!-- bench -->\n')).toBe(true);
    expect(text.endsWith('<!-- /bench -->\nafter\n')).toBe(true);
    expect(text).not.toContain('\nold\n');
  });

  test('targets are told by load: met, missed or not measured', () => {
    const where = places();
    for (const section of [closed, open]) writeResults(keepSection(section, where.results), where);
    const lines = readFileSync(where.page, 'utf8').split('\n');
    expect(lines.find((line) => line.startsWith('- not streamed, 32 clients:'))).toBe(
      "- not streamed, 32 clients: requests/s of REST, of the bare proxy's 0.46 (≥ 0.8, **missed**); requests/s of REST, of Portkey's 4.50 (≥ 3.5, met); CPU a request of the mutation, of REST's (≤ 1.15, not measured)",
    );
    expect(lines.find((line) => line.startsWith('- 1,000 requests/s'))).toContain('errors 0 (≤ 0, met)');
  });

  test('a part that is measured anew replaces its own alone', () => {
    const where = places();
    for (const section of [
      closed,
      open,
      { ...open, rows: [{ id: 'chat', name: 'REST', cells: ['3.0 / 4.0'] }] },
    ])
      writeResults(keepSection(section, where.results), where);
    const text = readFileSync(where.page, 'utf8');
    expect(text).toContain('| REST | 0.46 |  | 3.0 / 4.0 |');
    expect(text).not.toContain('1.0 / 2.0');
  });

  test('rows that are measured alone replace their own, and the rest of the part stays', () => {
    const where = places();
    const round = (row: string, perSecond: number) => ({ row, perSecond });
    writeResults(
      keepSection({ ...closed, rounds: [round('rest-32', 1), round('rest-1', 2)] }, where.results),
      where,
    );
    const again: Section = {
      ...closed,
      rows: [{ id: 'chat', name: 'REST', cells: [undefined, 1_500] }],
      figures: { 'chat.32.perSecond.ofBare': 0.9 },
      rounds: [round('rest-32', 3)],
    };
    const { sections } = keepSection(again, where.results, ['rest-32']);
    expect(sections[0]).toMatchObject({
      rows: [closed.rows[0], { id: 'chat', cells: [0.456, 1_500] }],
      figures: { 'chat.32.perSecond.ofPortkey': 4.5, 'chat.32.perSecond.ofBare': 0.9 },
      rounds: [round('rest-1', 2), round('rest-32', 3)],
    });
  });

  test('what matters most is told in words, and nothing that was not measured', () => {
    const where = places();
    const told = (section: Section): string => {
      writeResults(keepSection(section, where.results), where);
      return readFileSync(where.readme, 'utf8');
    };
    expect(told(open)).toBe('before\n<!-- bench -->\n\n<!-- /bench -->\nafter\n');
    const all = told(closed);
    expect(all).toContain('**4.5 times as many requests a second');
    expect(all).not.toContain('ms added');
    expect(all.startsWith('before\n<!-- bench -->\n')).toBe(true);
    expect(all.endsWith('<!-- /bench -->\nafter\n')).toBe(true);
  });

  test('a page without a place for it is left as it is', () => {
    const where = places();
    writeFileSync(where.page, 'nothing\n');
    expect(() => writeResults(keepSection(closed, where.results), where)).toThrow(/no place for it/);
    expect(readFileSync(where.page, 'utf8')).toBe('nothing\n');
  });
});
