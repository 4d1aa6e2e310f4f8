import { styleText } from 'node:util';

/** What output is written for. */
export type Terminal = {
  /** Cells of a line; Infinity: lines may be as long as they are. */
  readonly width: number;
  readonly colours: boolean;
  /** Whether bars are drawn: for people, not for files. */
  readonly bars: boolean;
};

/** Of terminals that do not say how wide they are. */
const USUAL_WIDTH = 80;
const MIN_WIDTH = 40;

/** For programs, files and tests: nothing is cut or left out. */
export const PLAIN_TERMINAL: Terminal = { width: Number.POSITIVE_INFINITY, colours: false, bars: false };

/** What is known of where output goes. */
export type OutputStream = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

/** How to write to a stream. Colours by the usual conventions: NO_COLOR, FORCE_COLOR, TERM, and none into pipes and files. */
export const terminalFor = (stream: OutputStream): Terminal => {
  const { isTTY = false, columns = 0 } = stream;
  const width = columns > 0 ? columns : USUAL_WIDTH;
  return {
    width: isTTY ? Math.max(MIN_WIDTH, width) : Number.POSITIVE_INFINITY,
    colours: styleText('bold', '-', { stream }) !== '-',
    bars: isTTY,
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
