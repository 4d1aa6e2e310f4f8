import { styleText } from 'node:util';
import { pino } from 'pino';
import type { Log } from '../../ports/log.ts';
import { formatLine } from './pretty-line.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** auto: readable lines on a terminal, one JSON object a line elsewhere. */
export type LogFormat = 'auto' | 'pretty' | 'json';

export type LogOptions = {
  /** The least serious level that is written. */
  readonly level: LogLevel;
  /** One short line for a person instead of one JSON object for a machine. */
  readonly pretty: boolean;
  /** Of readable lines; absent: none. */
  readonly colours?: boolean;
  /** Takes whole lines, each with its newline. Absent: standard error. */
  readonly destination?: { write(line: string): unknown };
};

/** A terminal that was closed, or a full disk, takes the log and not the server with it. */
const standardError = () => pino.destination({ dest: 2, sync: true }).on('error', () => {});

/** A log of one line per entry; standard output stays free for what a command prints. */
export const createLog = (options: LogOptions): Log => {
  const destination = options.destination ?? standardError();
  const logger = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    options.pretty
      ? { write: (line: string) => destination.write(formatLine(line, options.colours)) }
      : destination,
  );
  return {
    debug: (message, fields) => logger.debug(fields, message),
    info: (message, fields) => logger.info(fields, message),
    warn: (message, fields) => logger.warn(fields, message),
    error: (message, fields) => logger.error(fields, message),
  };
};

/** A log on standard error, in colours where its terminal has them. */
export const openLog = (level: LogLevel, format: LogFormat): Log => {
  const stream = process.stderr;
  return createLog({
    level,
    pretty: format === 'pretty' || (format === 'auto' && stream.isTTY),
    colours: styleText('bold', '-', { stream }) !== '-',
  });
};
