import type { ServerResponse } from 'node:http';

/** What a request at an unknown path probably meant. */
export type AddressHint = {
  /** What to call instead, in one or two sentences. */
  readonly message: string;
  /** Answers with 404, or 405 if only the method is wrong, in the format that the client reads. */
  send(response: ServerResponse): void;
};
