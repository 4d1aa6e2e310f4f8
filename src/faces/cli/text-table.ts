export type Column<Row> = {
  readonly title: string;
  readonly align: 'LEFT' | 'RIGHT';
  /** Undefined: not known. */
  readonly text: (row: Row) => string | undefined;
  /** Longer texts are cut; absent: none is. */
  readonly atMost?: number;
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

/** Cells of a usual terminal that is opened wide. */
const TERMINAL = 120;
const GAP = '  ';
/** Columns that may be cut are not made narrower than this to fit. */
const NARROWEST = 10;

/** The widest of the columns that may be cut give way until the line fits, as far as they can. */
const fitted = (widths: readonly number[], canShrink: readonly boolean[]): readonly number[] => {
  const fitting = [...widths];
  let surplus = widths.reduce((sum, width) => sum + width, 0) + GAP.length * (widths.length - 1) - TERMINAL;
  for (; surplus > 0; surplus -= 1) {
    const widest = fitting.reduce(
      (best, width, index) =>
        canShrink[index] === true && width > Math.max(NARROWEST, fitting[best] ?? 0) ? index : best,
      -1,
    );
    if (widest < 0) break;
    fitting[widest] = (fitting[widest] ?? 0) - 1;
  }
  return fitting;
};

/**
 * Lines of aligned columns under their titles; `-` where nothing is known. Longer than 120 cells only where columns
 * that are never cut are.
 */
export const textTable = <Row>(columns: readonly Column<Row>[], rows: readonly Row[]): readonly string[] => {
  const cells = [
    columns.map(({ title }) => title),
    ...rows.map((row) =>
      columns.map(({ text, atMost = Number.POSITIVE_INFINITY }) => cut(plain(text(row) ?? '-'), atMost)),
    ),
  ];
  const widths = fitted(
    columns.map((_column, index) => Math.max(...cells.map((line) => widthOf(line[index] ?? '')))),
    columns.map(({ atMost }) => atMost !== undefined),
  );
  return cells.map((line) =>
    line
      .map((cell, index) => {
        const width = widths[index] ?? 0;
        const shown = cut(cell, width);
        const space = ' '.repeat(width - widthOf(shown));
        return columns[index]?.align === 'RIGHT' ? space + shown : shown + space;
      })
      .join(GAP)
      .trimEnd(),
  );
};

/** A sentence in lines that fit, broken between words; later ones are indented. */
export const wrapped = (sentence: string): readonly string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of plain(sentence).split(' ')) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > TERMINAL) {
      lines.push(line);
      line = `  ${word}`;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
};
