/**
 * UNREACHABLE, TIMEOUT, HTTP_STATUS: no body came. TOO_LARGE, UNREADABLE: it was of no use. EMPTY: it lists far less than
 * before. INCOMPLETE: it was read, without one of its files.
 */
export const SOURCE_PROBLEM_CODES = [
  'UNREACHABLE',
  'TIMEOUT',
  'HTTP_STATUS',
  'TOO_LARGE',
  'UNREADABLE',
  'EMPTY',
  'INCOMPLETE',
] as const;
export type SourceProblemCode = (typeof SOURCE_PROBLEM_CODES)[number];
