import type { Log, LogFields } from '../../src/ports/log.ts';

/** A log that keeps what it is told, for a test to read. */
export type RecordedLog = Log & { readonly lines: readonly string[] };

export const recordedLog = (): RecordedLog => {
  const lines: string[] = [];
  const entry =
    (level: string) =>
    (message: string, fields: LogFields = {}): void => {
      lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
    };
  return { lines, debug: entry('debug'), info: entry('info'), warn: entry('warn'), error: entry('error') };
};
