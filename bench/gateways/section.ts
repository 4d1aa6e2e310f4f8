/**
 * The parts of the benchmark, what matters most first: each runs alone, and replaces its own section of the results and of the
 * table.
 */
export const PARTS = ['closed', 'streams', 'open', 'start', 'install', 'large', 'memory'] as const;
export type PartId = (typeof PARTS)[number];

/** `digits` are those after the point; with a unit in the title. */
export type Column = { readonly title: string; readonly digits: number };

/** One line of the table. A text stands for why there is no number; an absent cell was not measured. */
export type Row = {
  /** Sections that are shown in one table are joined by it. */
  readonly id: string;
  readonly name: string;
  readonly cells: readonly (number | string | undefined)[];
};

/** What a part found: what is shown of it, what targets are judged by, and everything that it is made of. */
export type Section = {
  readonly id: PartId;
  /** What was done, for a reader who knows nothing: load, duration, rounds. One sentence without its full stop. */
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly notes?: readonly string[];
  /** Medians and ratios by name, e.g. `chat.32.ofBare`; bench/gateways/targets.ts names those that it judges. */
  readonly figures: Readonly<Record<string, number>>;
  /** Every round's figures, as plain JSON, in the order in which they were measured. */
  readonly rounds: readonly Readonly<Record<string, string | number | undefined>>[];
};

/** How a part runs; `seconds` shortens its longest loads, for trying it. */
export type RunOptions = { readonly seconds?: number; readonly log: (line: string) => void };

/** What main.ts calls for each part: `export const run: RunPart` in the part's own file. */
export type RunPart = (options: RunOptions) => Promise<Section>;
