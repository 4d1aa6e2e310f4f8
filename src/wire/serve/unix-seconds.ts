/** Whole seconds since 1970. */
export const unixSeconds = (date: Date): number => Math.floor(date.getTime() / 1_000);
