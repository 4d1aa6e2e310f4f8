import { DatabaseError, type Pool, type PoolClient } from 'pg';
import type { OperationRecord } from '../../domain/operation-record.ts';
import type { LedgerBatch, LedgerWriter } from '../../ports/store.ts';
import type { CopyIn } from './copy-in.ts';
import { type Fact, FactBook, outlineOf } from './ledger-facts.ts';
import { LINE_COLUMNS, lineOf } from './ledger-line.ts';
import { withStoreErrors } from './store-error.ts';

const FIRST_BYTES = 64 * 1024;
const MOST_BYTES_OF_A_UNIT = 3;

const INSERT_FACTS = `
  insert into modelgraph.ledger_facts (id, text)
  select * from unnest($1::uuid[], $2::text[])
  on conflict (id) do nothing`;

/** Where rows go of which some are there already. */
const AGAIN = 'rows_again';
const MAKE_AGAIN = `create temporary table ${AGAIN} (like modelgraph.completions including defaults) on commit drop`;
const TAKE_NEW = `
  insert into modelgraph.completions (${LINE_COLUMNS})
  select ${LINE_COLUMNS} from ${AGAIN}
  on conflict (id) do nothing`;

const UNIQUE_VIOLATION = '23505';

const ignore = (): void => {};

/** Two nodes that write the same facts in different orders would wait for one another. */
const writeFacts = async (client: PoolClient, facts: readonly Fact[]): Promise<void> => {
  const sorted = facts.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  await client.query(INSERT_FACTS, [sorted.map(({ id }) => id), sorted.map(({ text }) => text)]);
};

const writeNew = async (client: PoolClient, copyIn: CopyIn, lines: Uint8Array): Promise<void> => {
  await client.query('begin');
  try {
    await client.query(MAKE_AGAIN);
    await copyIn(client, `${AGAIN} (${LINE_COLUMNS})`, lines);
    await client.query(TAKE_NEW);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
};

export const ledgerWriter = (pool: Pool, copyIn: CopyIn): LedgerWriter['begin'] => {
  const book = new FactBook();
  /** Of the batch that was written last, for the next. */
  let spare: Buffer | undefined;

  const write = withStoreErrors(async (lines: Uint8Array, facts: readonly Fact[]): Promise<void> => {
    const client = await pool.connect();
    // It may break while it has nothing to do itself: then what is done fails, or the next statement does.
    client.on('error', ignore);
    try {
      if (facts.length > 0) await writeFacts(client, facts);
      try {
        await copyIn(client, `modelgraph.completions (${LINE_COLUMNS})`, lines);
      } catch (error) {
        // Written before, and the answer was lost.
        if (!(error instanceof DatabaseError) || error.code !== UNIQUE_VIOLATION) throw error;
        await writeNew(client, copyIn, lines);
      }
    } catch (error) {
      client.release(true);
      throw error;
    }
    client.off('error', ignore);
    client.release();
  });

  return (): LedgerBatch => {
    let lines = spare ?? Buffer.allocUnsafeSlow(FIRST_BYTES);
    spare = undefined;
    let length = 0;
    const facts: Fact[] = [];
    const learn = (fact: Fact): void => void facts.push(fact);
    return {
      add(row: OperationRecord) {
        const outline = outlineOf(row);
        const line = lineOf(row, outline, book.of(outline, row.offeringId ?? '', learn));
        const most = length + line.length * MOST_BYTES_OF_A_UNIT;
        if (most > lines.length) {
          const longer = Buffer.allocUnsafeSlow(Math.max(2 * lines.length, most));
          lines.copy(longer, 0, 0, length);
          lines = longer;
        }
        length += lines.write(line, length);
      },
      async write() {
        if (length === 0) return;
        await write(lines.subarray(0, length), facts);
        spare = lines;
      },
    };
  };
};
