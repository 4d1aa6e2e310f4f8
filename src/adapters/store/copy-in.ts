import { type PoolClient, Query } from 'pg';

/**
 * Copies lines, in the text format of `COPY`, into columns of a table: `table (column, …)`. Within the transaction of the
 * client, where it has begun one. Writes all of them or none.
 */
export type CopyIn = (client: PoolClient, target: string, lines: Uint8Array) => Promise<void>;

/** What of a connection its types leave out. */
type CopyConnection = { sendCopyFromChunk(chunk: Uint8Array): void; endCopyFrom(): void };

class CopyQuery extends Query {
  readonly #lines: Uint8Array;

  constructor(target: string, lines: Uint8Array, done: (error: Error | undefined) => void) {
    super(`copy ${target} from stdin`, done);
    this.#lines = lines;
  }

  /** Called by the client once the server waits for the lines. */
  handleCopyInResponse(connection: CopyConnection): void {
    connection.sendCopyFromChunk(this.#lines);
    connection.endCopyFrom();
  }
}

/** Over the connection. */
export const copyFromClient: CopyIn = (client, target, lines) =>
  new Promise((resolve, reject) => {
    client.query(new CopyQuery(target, lines, (error) => (error ? reject(error) : resolve())));
  });
