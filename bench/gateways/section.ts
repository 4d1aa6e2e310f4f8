/**
 * The parts of the benchmark, what matters most first, each with the rows that can be asked for by name. A part runs alone, and
 * replaces its own section of the results and of the table, or what was asked for of it.
 */
export const ROWS = {
  closed: ['rest-32', 'rest-256', 'rest-1'],
  streams: [
    'streams-500',
    'streams-500-slow',
    'streams-200',
    'streams-1000',
    'streams-1000-slow',
    'streams-burst',
  ],
  open: ['open'],
  shapes: [
    'route',
    'messages-20',
    'messages-200',
    'messages-2000',
    'tools-8',
    'tools-64',
    'tools-512',
    'embeddings',
    'prompt-32k',
    'picture',
  ],
  survivors: ['survivors'],
  ledger: ['ledger'],
  start: ['start'],
  install: ['install'],
  memory: ['memory'],
} as const;
export type PartId = keyof typeof ROWS;
export const PARTS: readonly PartId[] = [
  'closed',
  'streams',
  'open',
  'shapes',
  'survivors',
  'ledger',
  'start',
  'install',
  'memory',
];

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

/** How a part runs. */
export type RunOptions = {
  /** Whether a row of the part is asked for; most are for most runs. */
  readonly wants: (row: string) => boolean;
  /** Shortens its longest loads, for trying it. */
  readonly seconds?: number;
  readonly log: (line: string) => void;
};

/** What main.ts calls for each part: `export const run: RunPart` in the part's own file. */
export type RunPart = (options: RunOptions) => Promise<Section>;
