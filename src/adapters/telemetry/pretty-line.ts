import { z } from 'zod';

const Entry = z.looseObject({ level: z.string(), time: z.string(), msg: z.string() });

/** One JSON log entry as `12:30:01 WARN message key=value`; what is no entry is passed on as it is. */
export const formatLine = (line: string): string => {
  const entry = Entry.safeParse(parseJson(line));
  if (!entry.success) return line;
  const { level, time, msg, ...fields } = entry.data;
  const pairs = Object.entries(fields).map(([key, value]) => ` ${key}=${formatValue(value)}`);
  return `${time.slice(11, 19)} ${level.toUpperCase().padEnd(5)} ${msg}${pairs.join('')}\n`;
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const formatValue = (value: unknown): string =>
  typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
