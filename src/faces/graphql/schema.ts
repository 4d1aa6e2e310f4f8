import type { GraphQLSchema } from 'graphql';
import { builder } from './builder.ts';
import { reportErrors } from './reported-errors.ts';
import { asSubgraph } from './subgraph.ts';
import { paceSchema } from './work/paced-schema.ts';
import './operations/catalogue.ts';
import './operations/compare-offerings.ts';
import './operations/offering-stats.ts';
import './operations/fx-rates.ts';
import './operations/price-changes.ts';
import './operations/catalogue-sources.ts';
import './operations/transcribe.ts';
import './operations/synthesize-speech.ts';
import './operations/rerank.ts';
import './operations/moderate.ts';
import './operations/generate-images.ts';
import './operations/estimate-completion.ts';
import './operations/embed.ts';
import './operations/count-tokens.ts';
import './operations/complete.ts';
import './operations/plan-completion.ts';
import './operations/completion-subscription.ts';
import './operations/replay-route.ts';
import './operations/routes.ts';
import './operations/keys.ts';
import './operations/measure-offerings.ts';
import './operations/ledger.ts';
import './types/attempt.ts';
import './types/catalogue-source.ts';
import './types/completion.ts';
import './types/completion-event.ts';
import './types/errors.ts';
import './types/key.ts';
import './types/model.ts';
import './types/offering.ts';
import './types/operation.ts';
import './types/price.ts';
import './types/provider.ts';
import './types/route.ts';
import './types/route-decision.ts';
import './types/usage-and-cost.ts';

/** The graph as clients see it. */
export const buildClientSchema = (): GraphQLSchema => builder.toSchema();

/** The graph that is served: the clients' one with what a federation router needs. */
export const buildSubgraphSchema = (): GraphQLSchema =>
  // Sorted once all is there.
  paceSchema(asSubgraph(reportErrors(builder.toSchema({ sortSchema: false }))));
