/** What output is written for. */
export type Terminal = {
  /** Cells of a line. */
  readonly width: number;
  readonly colours: boolean;
  /** Whether somebody looks at it: bars are drawn. */
  readonly bars: boolean;
};

/** Cells of a usual terminal that is opened wide. */
const USUAL_WIDTH = 120;
const MIN_WIDTH = 40;

/** For programs, files and tests. */
export const PLAIN_TERMINAL: Terminal = { width: USUAL_WIDTH, colours: false, bars: false };

/** What is known of where output goes. */
export type OutputStream = { readonly isTTY?: boolean; readonly columns?: number };

/** Values of the variables of the environment by which programs are told about colours. */
type ColourVariables = {
  readonly noColor: string | undefined;
  readonly forceColor: string | undefined;
  readonly term: string | undefined;
};

/** How to write to a stream, by the usual conventions: no colours with NO_COLOR, into pipes or to a dumb terminal. */
export const terminalFor = (
  { isTTY, columns }: OutputStream,
  { noColor, forceColor, term }: ColourVariables,
): Terminal => {
  const isForced = forceColor !== undefined && forceColor !== '' && forceColor !== '0';
  const isSomebodyThere = isTTY === true && term !== 'dumb';
  const isRefused = noColor !== undefined && noColor !== '';
  return {
    width: isTTY === true && columns !== undefined ? Math.max(MIN_WIDTH, columns) : USUAL_WIDTH,
    colours: !isRefused && (isForced || isSomebodyThere),
    bars: isSomebodyThere,
  };
};

/** Colours that can be told apart by those who see few of them; each has one meaning. */
const CODES = {
  TITLE: '1',
  DIM: '2',
  COST: '38;5;172',
  SPEED: '38;5;32',
  QUALITY: '38;5;133',
  GOOD: '32',
  BAD: '31',
};
export type Style = keyof typeof CODES;

export const paint = ({ colours }: Terminal, style: Style | undefined, text: string): string =>
  colours && style !== undefined && text.trim() !== '' ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text;

const BAR_CELLS = 5;

/** A share of 0 to 1 as five cells. */
export const bar = (share: number): string => {
  const full = Math.round(Math.min(1, Math.max(0, share)) * BAR_CELLS);
  return '▮'.repeat(full) + '▯'.repeat(BAR_CELLS - full);
};
