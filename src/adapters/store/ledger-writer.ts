import { DatabaseError, type Pool, type PoolClient } from 'pg';
import type { OperationRecord } from '../../domain/operation-record.ts';
import type { LedgerBatch, LedgerWriter, SpoolMark } from '../../ports/store.ts';
import type { CopyIn } from './copy-in.ts';
import { type Fact, FactBook, outlineOf } from './ledger-facts.ts';
import { LINE_COLUMNS, lineOf } from './ledger-line.ts';
import { type Content, contentOf, factText } from './spool/content.ts';
import type { Spool } from './spool/spool.ts';
import { MAX_BYTES_OF_A_UNIT } from './storable-text.ts';
import { withStoreErrors } from './store-error.ts';

const FIRST_BYTES = 64 * 1024;

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

/** Which of the columns names them. */
const FACTS_AT = LINE_COLUMNS.split(', ').indexOf('facts');

const UNIQUE_VIOLATION = '23505';

const ignore = (): void => {};

/** Two nodes that write the same facts in different orders would wait for one another. */
const writeFacts = async (client: PoolClient, facts: readonly Fact[]): Promise<void> => {
  const sorted = facts.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  await client.query(INSERT_FACTS, [sorted.map(({ id }) => id), sorted.map(({ text }) => text)]);
};

/** How many there were not. */
const writeNew = async (client: PoolClient, copyIn: CopyIn, lines: Uint8Array): Promise<number> => {
  await client.query('begin');
  try {
    await client.query(MAKE_AGAIN);
    await copyIn(client, `${AGAIN} (${LINE_COLUMNS})`, lines);
    const { rowCount } = await client.query(TAKE_NEW);
    await client.query('commit');
    return rowCount ?? 0;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
};

/** Lines and facts, as they are written. */
export type LineWriter = {
  /** All or none; those that are there already are left as they are. */
  write(lines: Uint8Array, facts: readonly Fact[]): Promise<void>;
  /** The same where some are likely to be there: how many were not. */
  writeAgain(lines: Uint8Array, facts: readonly Fact[]): Promise<number>;
};

export const lineWriter = (pool: Pool, copyIn: CopyIn): LineWriter => {
  const withClient = <Given extends readonly unknown[], Result>(
    work: (client: PoolClient, ...given: Given) => Promise<Result>,
  ) =>
    withStoreErrors(async (...given: Given): Promise<Result> => {
      const client = await pool.connect();
      // It may break while it has nothing to do itself: then what is done fails, or the next statement does.
      client.on('error', ignore);
      try {
        const result = await work(client, ...given);
        client.off('error', ignore);
        client.release();
        return result;
      } catch (error) {
        client.release(true);
        throw error;
      }
    });
  return {
    write: withClient(async (client, lines: Uint8Array, facts: readonly Fact[]): Promise<void> => {
      if (facts.length > 0) await writeFacts(client, facts);
      try {
        await copyIn(client, `modelgraph.completions (${LINE_COLUMNS})`, lines);
      } catch (error) {
        // Written before, and the answer was lost.
        if (!(error instanceof DatabaseError) || error.code !== UNIQUE_VIOLATION) throw error;
        await writeNew(client, copyIn, lines);
      }
    }),
    writeAgain: withClient(async (client, lines: Uint8Array, facts: readonly Fact[]): Promise<number> => {
      if (facts.length > 0) await writeFacts(client, facts);
      return lines.length === 0 ? 0 : writeNew(client, copyIn, lines);
    }),
  };
};

/** Fields end at a tab; an id has none. */
const textsOf = (lines: Buffer, facts: readonly Fact[]): readonly string[] => {
  const byId = new Map(facts.map(({ id, text }) => [id, text]));
  return lines
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const fact = byId.get(line.split('\t')[FACTS_AT] ?? '');
      return fact === undefined ? line : `${line}\t${fact}`;
    });
};

/** `spool`: keeps rows until they are written. */
export const ledgerWriter = (lineWriter: LineWriter, spool?: Spool): LedgerWriter['begin'] => {
  const book = new FactBook();
  /** Of the batch that was written last, for the next. */
  let spare: Buffer | undefined;

  return (): LedgerBatch => {
    let lines: Buffer | undefined = spare ?? Buffer.allocUnsafeSlow(FIRST_BYTES);
    spare = undefined;
    let length = 0;
    let facts: Fact[] = [];
    const place = spool?.open();
    const learn = (fact: Fact): void => {
      facts.push(fact);
      spool?.fact(factText(fact));
    };
    const content = (): Content => {
      if (lines !== undefined) return { lines: lines.subarray(0, length), facts };
      if (spool === undefined || place === undefined)
        throw new Error('a batch without a spool is not shelved');
      return contentOf(spool.read(place));
    };
    return {
      add(row: OperationRecord, mark?: SpoolMark) {
        if (lines === undefined) throw new Error('a batch that is shelved takes no rows');
        const outline = outlineOf(row);
        const line = lineOf(row, outline, book.of(outline, row.offeringId ?? '', learn));
        const most = length + line.length * MAX_BYTES_OF_A_UNIT;
        if (most > lines.length) {
          const longer = Buffer.allocUnsafeSlow(Math.max(2 * lines.length, most));
          lines.copy(longer, 0, 0, length);
          lines = longer;
        }
        const from = length;
        length += lines.write(line, length);
        spool?.row(lines, from, length, mark);
      },
      async write() {
        if (length === 0) return;
        const { lines: all, facts: named } = content();
        await lineWriter.write(all, named);
        spare = lines;
        if (place !== undefined) spool?.written(place);
      },
      shelve() {
        if (place?.to === undefined) return;
        lines = undefined;
        facts = [];
      },
      texts() {
        const { lines: all, facts: named } = content();
        return textsOf(all, named);
      },
    };
  };
};
