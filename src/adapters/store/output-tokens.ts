import type { Pool } from 'pg';
import type { LedgerStore } from '../../ports/store.ts';
import { storableText } from './storable-text.ts';

/** How far back completions of other models are passed over before those that there are must do. */
const MOST_ROWS_READ = 5_000;

/** The inner part walks an index from its newest end and stops; only its rows are looked into. */
const statement = (ofKey: boolean): string => `
  select coalesce(
    output_tokens,
    coalesce((usage->>'output')::float8, 0) + coalesce((usage->>'reasoning')::float8, 0)
  ) as tokens
  from (
    select id, status, model_slug, output_tokens, route, usage
    from modelgraph.completions
    where ${ofKey ? 'key_id = $3 and ' : ''}id < 'cmp\`'
    order by id desc
    limit ${MOST_ROWS_READ}
  ) as latest
  where status = 'SUCCEEDED'
    and (output_tokens is not null or usage is not null)
    and coalesce(model_slug, route->>'modelSlug') = $1
  order by id desc
  limit $2`;

const OF_KEY = statement(true);
const OF_ALL = statement(false);

type Row = { readonly tokens: number };

export const outputTokensOf =
  (pool: Pool): LedgerStore['outputTokens'] =>
  async ({ keyId, modelSlug }, limit) => {
    const { rows } =
      keyId === undefined
        ? await pool.query<Row>(OF_ALL, [modelSlug, limit])
        : await pool.query<Row>(OF_KEY, [modelSlug, limit, storableText(keyId)]);
    return rows.map(({ tokens }) => tokens);
  };
