/** Microseconds of the machine's own clock: the same in each process, and never set back. */
export const nowUs = (): number => {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000_000 + Math.floor(nanoseconds / 1_000);
};

/** How a token says when it was sent: `~` and 15 digits of microseconds. */
export const STAMP_DIGITS = 15;
export const STAMP_SIGN = '~';
export const stamp = (us: number): string => STAMP_SIGN + String(us).padStart(STAMP_DIGITS, '0');
