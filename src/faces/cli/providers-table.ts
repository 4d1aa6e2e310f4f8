import { OPERATION_KINDS, type OperationKind } from '../../domain/operation.ts';
import type { ProviderKind } from '../../domain/provider.ts';

/** A known provider as the table shows it. */
export type ProviderRow = {
  readonly id: string;
  readonly name: string;
  readonly kind: ProviderKind;
  readonly region?: string;
  readonly keyVariables: readonly string[];
  /** Other variables that have to be set. */
  readonly variables: readonly string[];
  readonly completes: boolean;
  readonly operations: readonly OperationKind[];
};

const OPERATION_TITLES: { readonly [Kind in OperationKind]: string } = {
  EMBEDDING: 'embed',
  IMAGE_GENERATION: 'image',
  SPEECH: 'speech',
  TRANSCRIPTION: 'transcribe',
  RERANK: 'rerank',
  MODERATION: 'moderate',
  TOKEN_COUNT: 'count',
};

const BEGIN = '<!-- providers: begin (written by `npm run codegen`) -->';
const END = '<!-- providers: end -->';

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const tick = (isThere: boolean): string => (isThere ? '✓' : '');

/** Provider by operation, in Markdown. */
const providersTable = (rows: readonly ProviderRow[]): string => {
  const titles = [
    'id',
    'provider',
    'kind',
    'region',
    'on with',
    'complete',
    ...OPERATION_KINDS.map((kind) => OPERATION_TITLES[kind]),
  ];
  return [
    line(titles),
    line(titles.map((_title, index) => (index < 5 ? '---' : ':-:'))),
    ...rows.map((row) => {
      const [key] = row.keyVariables;
      const set = [...(key === undefined ? [] : [key]), ...row.variables].map((name) => `\`${name}\``);
      return line([
        `\`${row.id}\``,
        row.name,
        row.kind.toLowerCase(),
        row.region ?? '',
        set.length > 0 ? set.join(' ') : 'found by itself',
        tick(row.completes),
        ...OPERATION_KINDS.map((kind) => tick(row.operations.includes(kind))),
      ]);
    }),
  ].join('\n');
};

/** The text with the table between its two marks, or the lines that it lacks. */
export const withProvidersTable = (
  text: string,
  rows: readonly ProviderRow[],
): string | { readonly missing: readonly string[] } => {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin) return { missing: [BEGIN, END] };
  return `${text.slice(0, begin + BEGIN.length)}\n${providersTable(rows)}\n${text.slice(end)}`;
};
