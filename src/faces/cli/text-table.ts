import stringWidth from 'string-width';
import { PLAIN_TERMINAL, paint, type Style, type Terminal } from './terminal.ts';

// Table packages such as cli-table3 and columnify cut cells at fixed widths; none leaves out columns to fit a terminal, or cuts
// words before names. What would be left to them is padding.

export type Column<Row> = {
  readonly title: string;
  readonly align: 'LEFT' | 'RIGHT';
  /** Undefined: unknown. */
  readonly text: (row: Row) => string | undefined;
  /**
   * Whether it may be cut on a terminal that is too narrow, before the others or after them: names lose their meaning. Absent:
   * it never is. Into files and pipes nothing is.
   */
  readonly cut?: 'FIRST' | 'LAST';
  /** On a narrow terminal columns with the highest number are left out first. Absent: never. */
  readonly dropOrder?: number;
  /** What its cells mean. */
  readonly style?: Style;
};

/** Others' words on one line: a terminal takes control characters for orders. */
const plain = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ');

/** Cells of a terminal that a text takes. */
export const widthOf = (text: string): number => stringWidth(text);

const GRAPHEMES = new Intl.Segmenter();

/** As many of the characters as fit. */
const fitting = (characters: readonly string[], width: number): readonly string[] => {
  let used = 0;
  const end = characters.findIndex((each) => {
    used += widthOf(each);
    return used > width;
  });
  return end < 0 ? characters : characters.slice(0, end);
};

const ELLIPSIS = '…';

/** Without its end, or for a name without its middle: names of one family differ at the end. */
const cut = (text: string, width: number, isName: boolean): string => {
  if (widthOf(text) <= width) return text;
  const characters = Array.from(GRAPHEMES.segment(text), ({ segment }) => segment);
  const tail = isName ? fitting(characters.toReversed(), Math.floor((width - 1) / 2)).toReversed() : [];
  const head = fitting(characters, width - 1 - widthOf(tail.join('')));
  return [...head, ELLIPSIS, ...tail].join('');
};

const GAP = '  ';
/** Columns that may be cut are not made narrower than this to fit. */
const NARROWEST = 10;

const lineWidth = (widths: readonly number[]): number =>
  widths.reduce((sum, width) => sum + width, 0) + GAP.length * Math.max(0, widths.length - 1);

/** A column with its cells, the title first. */
type Filled<Row> = {
  readonly column: Column<Row>;
  readonly cells: readonly string[];
  readonly width: number;
};

const fill = <Row>(column: Column<Row>, rows: readonly Row[]): Filled<Row> => {
  const { title, text } = column;
  const cells = [title, ...rows.map((row) => plain(text(row) ?? '-'))];
  return { column, cells, width: Math.max(...cells.map(widthOf)) };
};

/** The widest of the columns that may be cut give way until the line fits, as far as they can. */
const shrink = <Row>(filled: readonly Filled<Row>[], width: number): readonly Filled<Row>[] => {
  const widths = filled.map((each) => each.width);
  for (const which of ['FIRST', 'LAST'] as const)
    for (let surplus = lineWidth(widths) - width; surplus > 0; surplus -= 1) {
      const widest = widths.reduce(
        (best, each, index) =>
          filled[index]?.column.cut === which && each > Math.max(NARROWEST, widths[best] ?? 0) ? index : best,
        -1,
      );
      if (widest < 0) break;
      widths[widest] = (widths[widest] ?? 0) - 1;
    }
  return filled.map((each, index) => ({ ...each, width: widths[index] ?? each.width }));
};

/** What words keep when columns are left out for their sake. */
const READABLE = 24;

/** Leaves out the columns that may be, one by one, until the rest fits; words may still be cut then. */
const dropColumns = <Row>(filled: readonly Filled<Row>[], width: number): readonly Filled<Row>[] => {
  let kept = filled;
  const least = ({ column, width: natural }: Filled<Row>): number =>
    column.cut === 'FIRST' ? Math.min(natural, READABLE) : natural;
  while (lineWidth(kept.map(least)) > width) {
    const last = kept.reduce<Filled<Row> | undefined>((most, each) => {
      const { dropOrder } = each.column;
      return dropOrder !== undefined && dropOrder > (most?.column.dropOrder ?? -1) ? each : most;
    }, undefined);
    if (last === undefined) break;
    kept = kept.filter((each) => each !== last);
  }
  return kept;
};

/**
 * Lines of aligned columns under their titles; `-` where something is unknown. To fit the terminal, columns that may be left
 * out are, then those that may be cut are; lines are longer only where neither is enough.
 */
export const textTable = <Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  terminal: Terminal = PLAIN_TERMINAL,
): readonly string[] => {
  const all = columns.map((column) => fill(column, rows));
  const filled = shrink(dropColumns(all, terminal.width), terminal.width);
  return Array.from({ length: rows.length + 1 }, (_, line) =>
    filled
      .map(({ column, cells, width }, index) => {
        const { align, style } = column;
        const shown = cut(cells[line] ?? '', width, column.cut === 'LAST');
        const space = ' '.repeat(width - widthOf(shown));
        const isLast = index === filled.length - 1;
        const text = paint(terminal, line === 0 ? 'TITLE' : style, shown);
        if (align === 'RIGHT') return space + text;
        return isLast ? text : text + space;
      })
      .join(GAP)
      .trimEnd(),
  );
};

/** A sentence in lines that fit, broken between words; later ones are indented. */
export const wrapped = (sentence: string, { width }: Terminal = PLAIN_TERMINAL): readonly string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of plain(sentence).split(' ')) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = `  ${word}`;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
};
