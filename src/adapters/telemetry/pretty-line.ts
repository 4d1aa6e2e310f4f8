import { styleText } from 'node:util';
import { z } from 'zod';
import { parseJson } from '../../domain/json.ts';

const Entry = z.looseObject({ level: z.string(), time: z.string(), msg: z.string() });

const LEVEL_STYLES: { readonly [level: string]: 'dim' | 'green' | 'yellow' | 'red' } = {
  debug: 'dim',
  info: 'green',
  warn: 'yellow',
  error: 'red',
};

/** Others' words on one line: a terminal takes control characters for orders. */
const plain = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ');

/** One JSON log entry as `12:30:01 WARN message key=value`; what is no entry is passed on as it is. */
export const formatLine = (line: string, colours = false): string => {
  const entry = Entry.safeParse(parseJson(line));
  if (!entry.success) return line;
  const { level, time, msg, ...fields } = entry.data;
  const paint = (style: 'dim' | 'green' | 'yellow' | 'red', text: string): string =>
    colours && text !== '' ? styleText(style, text, { validateStream: false }) : text;
  const pairs = Object.entries(fields).map(([key, value]) => ` ${key}=${formatValue(value)}`);
  const label = level.toUpperCase().padEnd(5);
  return `${paint('dim', time.slice(11, 19))} ${paint(LEVEL_STYLES[level] ?? 'dim', label)} ${plain(msg)}${paint('dim', plain(pairs.join('')))}\n`;
};

const formatValue = (value: unknown): string =>
  typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
