import { PLAIN_TERMINAL, paint, type Style, type Terminal } from './terminal.ts';

export type Column<Row> = {
  readonly title: string;
  readonly align: 'LEFT' | 'RIGHT';
  /** Undefined: unknown. */
  readonly text: (row: Row) => string | undefined;
  /** Longer texts are cut; absent: none is. */
  readonly atMost?: number;
  /** On a narrow terminal columns with the highest number are left out first. Absent: never. */
  readonly dropOrder?: number;
  /** What its cells mean. */
  readonly style?: Style;
};

/** Others' words on one line: a terminal takes control characters for orders. */
const plain = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ');

/** Characters that take two cells of a terminal. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const MARK = /\p{Mn}/u;

const cellsOf = (character: string): number => (MARK.test(character) ? 0 : WIDE.test(character) ? 2 : 1);

/** Cells of a terminal that a text takes. */
export const widthOf = (text: string): number =>
  [...text].reduce((sum, character) => sum + cellsOf(character), 0);

const cut = (text: string, atMost: number): string => {
  if (widthOf(text) <= atMost) return text;
  let kept = '';
  let width = 0;
  for (const character of text) {
    width += cellsOf(character);
    if (width > atMost - 1) break;
    kept += character;
  }
  return `${kept}…`;
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
  const { title, text, atMost = Number.POSITIVE_INFINITY } = column;
  const cells = [title, ...rows.map((row) => cut(plain(text(row) ?? '-'), atMost))];
  return { column, cells, width: Math.max(...cells.map(widthOf)) };
};

/** The widest of the columns that may be cut give way until the line fits, as far as they can. */
const shrink = <Row>(filled: readonly Filled<Row>[], width: number): readonly Filled<Row>[] => {
  const widths = filled.map((each) => each.width);
  for (let surplus = lineWidth(widths) - width; surplus > 0; surplus -= 1) {
    const widest = widths.reduce(
      (best, each, index) =>
        filled[index]?.column.atMost !== undefined && each > Math.max(NARROWEST, widths[best] ?? 0)
          ? index
          : best,
      -1,
    );
    if (widest < 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return filled.map((each, index) => ({ ...each, width: widths[index] ?? each.width }));
};

/** Leaves out the columns that may be, one by one, until the rest fits. */
const dropColumns = <Row>(filled: readonly Filled<Row>[], width: number): readonly Filled<Row>[] => {
  let kept = filled;
  while (lineWidth(kept.map((each) => each.width)) > width) {
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
      .map(({ column: { align, style }, cells, width }, index) => {
        const shown = cut(cells[line] ?? '', width);
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
