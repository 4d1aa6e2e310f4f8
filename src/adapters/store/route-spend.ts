import type { Pool } from 'pg';
import type { RouteName } from '../../domain/ids.ts';
import { Decimal } from '../../domain/money.ts';
import type { LedgerStore } from '../../ports/store.ts';
import { EARLY_MS, firstIdAt, PARTS } from './ledger-parts.ts';

/** What the JSON of a decision holds where it is of a saved route, and where it is of a mirror. */
export const namedIn = (route: RouteName): string => `"route":{"name":${JSON.stringify(route)},`;
export const MIRRORED = '"mirror":{"of":"';

/**
 * Finds rows by what their decision says, as its JSON writes it: no text of anybody's can look like that, as quotes in texts
 * have a backslash. The currency stands beside the rates, or in the rest of the body where the bill is of one row alone.
 */
const STATEMENT = `
  select coalesce(
      case when facts.text is null then row.body::json #>> '{0,cost,currency}' else facts.text::json #>> '{cost,currency}' end,
      row.body::json #>> '{6,cost,currency}'
    ) as currency,
    sum(row.cost_total)::text as total
  from modelgraph.completions as row
  left join modelgraph.ledger_facts as facts on facts.id = row.facts
  where row.id >= $1 and row.id < $2
    and row.created_at >= $3 and row.created_at < $4
    and row.cost_total is not null
    and row.body is not null
    and strpos(coalesce(facts.text, row.body), $5) > 0
    and (strpos(coalesce(facts.text, row.body), $6) > 0) = $7
  group by 1`;

type Row = { readonly currency: string | null; readonly total: string };

export const routeSpendOf =
  (pool: Pool): LedgerStore['routeSpend'] =>
  async ({ route, isMirrored, from, to }) => {
    const parts = await Promise.all(
      PARTS.map(({ prefix, lateMs }) =>
        pool.query<Row>(STATEMENT, [
          firstIdAt(prefix, from.getTime() - EARLY_MS),
          firstIdAt(prefix, to.getTime() + lateMs),
          from,
          to,
          namedIn(route),
          MIRRORED,
          isMirrored,
        ]),
      ),
    );
    return parts.flatMap(({ rows }) =>
      rows.flatMap(({ currency, total }) =>
        currency === null ? [] : [{ currency, amount: new Decimal(total) }],
      ),
    );
  };
