import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { keepSection, type Places } from '../../bench/gateways/results.ts';
import type { Section } from '../../bench/gateways/section.ts';
import { writeTable } from '../../bench/gateways/table.ts';

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
  const readme = join(folder, 'README.md');
  writeFileSync(readme, 'before\n<!-- bench -->\nold\n<!-- /bench -->\nafter\n');
  return { results: join(folder, 'results', 'gateways.json'), readme };
};

describe('the table in the README', () => {
  test('parts are kept as they come, joined by row, and put between the marks', () => {
    const { results, readme } = places();
    for (const section of [open, closed]) writeTable(keepSection(section, results), readme);
    const text = readFileSync(readme, 'utf8');
    expect(text).toContain('|  | of bare | requests/s | 1,000/s |');
    expect(text).toContain('| bare proxy | 1.00 | 10,800 |  |');
    expect(text).toContain('| REST | 0.46 |  | 1.0 / 2.0 |');
    expect(text).toContain('The machine was full.');
    expect(text.startsWith('before\n<!-- bench -->\n')).toBe(true);
    expect(text.endsWith('<!-- /bench -->\nafter\n')).toBe(true);
    expect(text).not.toContain('\nold\n');
  });

  test('targets are told by load: met, missed or not measured', () => {
    const { results, readme } = places();
    for (const section of [closed, open]) writeTable(keepSection(section, results), readme);
    const lines = readFileSync(readme, 'utf8').split('\n');
    expect(lines.find((line) => line.startsWith('- not streamed, 32 clients:'))).toBe(
      "- not streamed, 32 clients: requests/s of REST, of Portkey's 4.50 (≥ 4, met); requests/s of REST, of the bare proxy's 0.46 (≥ 0.5, **missed**); CPU a request of the mutation, of REST's (≤ 1.5, not measured)",
    );
    expect(lines.find((line) => line.startsWith('- 1,000 requests/s'))).toContain('errors 0 (≤ 0, met)');
  });

  test('a part that is measured anew replaces its own alone', () => {
    const { results, readme } = places();
    for (const section of [
      closed,
      open,
      { ...open, rows: [{ id: 'chat', name: 'REST', cells: ['3.0 / 4.0'] }] },
    ])
      writeTable(keepSection(section, results), readme);
    const text = readFileSync(readme, 'utf8');
    expect(text).toContain('| REST | 0.46 |  | 3.0 / 4.0 |');
    expect(text).not.toContain('1.0 / 2.0');
  });

  test('a page without a place for it is left as it is', () => {
    const { results, readme } = places();
    writeFileSync(readme, 'nothing\n');
    expect(() => writeTable(keepSection(closed, results), readme)).toThrow(/no place for the table/);
    expect(readFileSync(readme, 'utf8')).toBe('nothing\n');
  });
});
