/** Structured log. Neither credentials nor, by default, prompt text may be passed in. */
export type Log = {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
};
export type LogFields = { readonly [key: string]: string | number | boolean | undefined | readonly string[] };
