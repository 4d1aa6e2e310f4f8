import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { portkeyVersions } from './portkey.ts';
import { PARTS, type Section } from './section.ts';
import { judge, TARGETS, type Verdict } from './targets.ts';

export type Measured = Section & { readonly date: string; readonly machine: string };

/** What bench/results/gateways.json holds. A part that is measured anew replaces its own section alone. */
export type Results = {
  readonly versions: Readonly<Record<string, string>>;
  readonly targets: readonly Verdict[];
  readonly sections: readonly Measured[];
};

/** Where what was found is kept, the page whose tables are written anew, and the one that tells the most of it. */
export type Places = { readonly results: string; readonly page: string; readonly readme: string };

export const machine = (): string => {
  const [first] = cpus();
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} cores of ${first?.model.trim() ?? 'unknown'}, ${gigabytes} GB, Linux ${release()}`;
};

/** Of parts that there are still. */
const readSections = (path: string): readonly Measured[] => {
  try {
    const { sections }: Results = JSON.parse(readFileSync(path, 'utf8'));
    return sections.filter(({ id }) => PARTS.includes(id));
  } catch {
    return [];
  }
};

const undiciVersion = (): string => {
  const path = new URL('../../node_modules/undici/package.json', import.meta.url);
  const { version }: { readonly version: string } = JSON.parse(readFileSync(path, 'utf8'));
  return version;
};

const resultsOf = (sections: readonly Measured[]): Results => ({
  versions: {
    node: process.version,
    undici: undiciVersion(),
    '@portkey-ai/gateway': portkeyVersions(),
  },
  targets: TARGETS.map((target) =>
    judge(target, sections.find(({ id }) => id === target.part)?.figures ?? {}),
  ),
  sections,
});

/** Figures to six digits: more would only be noise in what is committed. */
const short = (_key: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value;

/** What was measured now in place of what it was before; the rest of the section stays. */
const mended = (before: Measured, section: Section, rows: readonly string[]): Section => ({
  ...section,
  rows: [
    ...before.rows.map((row) => {
      const now = section.rows.find(({ id }) => id === row.id);
      return now === undefined
        ? row
        : { ...now, cells: now.cells.map((cell, index) => cell ?? row.cells[index]) };
    }),
    ...section.rows.filter(({ id }) => !before.rows.some((row) => row.id === id)),
  ],
  figures: { ...before.figures, ...section.figures },
  rounds: [
    ...before.rounds.filter(({ row }) => typeof row !== 'string' || !rows.includes(row)),
    ...section.rounds,
  ],
});

/** `rows`: those that alone were measured; absent: all of the section were. */
export const keepSection = (section: Section, path: string, rows?: readonly string[]): Results => {
  const sections = readSections(path);
  const before = sections.find(({ id }) => id === section.id);
  const whole = rows === undefined || before === undefined ? section : mended(before, section, rows);
  const measured = { ...whole, date: new Date().toISOString().slice(0, 10), machine: machine() };
  const others = sections.filter(({ id }) => id !== section.id);
  const inOrder = [...others, measured].toSorted(
    (one, other) => PARTS.indexOf(one.id) - PARTS.indexOf(other.id),
  );
  const results = resultsOf(inOrder);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(results, short, 1)}\n`);
  return results;
};
