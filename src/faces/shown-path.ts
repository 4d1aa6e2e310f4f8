/** Longer paths and others than these are the client's own text, and not repeated. */
const PLAIN_PATH = /^\/[\w\-.~/:@%+]{0,99}$/;

/** A path as an answer may name it. */
export const shownPath = (path: string): string => (PLAIN_PATH.test(path) ? path : 'this path');
