import type { InvalidBody } from './client-dialect.ts';

export const invalid = (path: string, problem: string): InvalidBody => ({ kind: 'INVALID', path, problem });

/** Ends the reading of a body; thrown only below `readingBody`. */
export class BodyProblem extends Error {
  readonly path: string;
  constructor(path: string, problem: string) {
    super(problem);
    this.path = path;
  }
}

/** What `read` gives, or where it found the body wrong. */
export const readingBody = <Value>(read: () => Value): Value | InvalidBody => {
  try {
    return read();
  } catch (error) {
    if (error instanceof BodyProblem) return invalid(error.path, error.message);
    throw error;
  }
};
