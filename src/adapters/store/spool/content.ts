import type { Fact } from '../ledger-facts.ts';
import type { SpoolRecord } from './chunks.ts';

/** What is written to the store: lines as `COPY` reads them, and the facts that are new with them. */
export type Content = { readonly lines: Buffer; readonly facts: readonly Fact[] };

const ID_CHARACTERS = 32;

export const factText = ({ id, text }: Fact): string => id + text;

const factOf = (bytes: Buffer): Fact => ({
  id: bytes.toString('latin1', 0, ID_CHARACTERS),
  text: bytes.toString('utf8', ID_CHARACTERS),
});

export const contentOf = (records: readonly SpoolRecord[]): Content => ({
  lines: Buffer.concat(records.flatMap(({ kind, bytes }) => (kind === 'ROW' ? [bytes] : []))),
  facts: records.flatMap(({ kind, bytes }) => (kind === 'FACT' ? [factOf(bytes)] : [])),
});

const TAB = 0x09;

/** The id of a row, which its line begins with. */
export const idOfLine = (line: Buffer): string => line.toString('utf8', 0, line.indexOf(TAB));
