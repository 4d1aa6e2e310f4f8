import type { GraphQLSchema } from 'graphql';
import { builder } from './builder.ts';
import './operations/catalogue.ts';
import './operations/complete.ts';
import './operations/completion-subscription.ts';
import './operations/keys.ts';
import './operations/ledger.ts';
import './types/attempt.ts';
import './types/completion.ts';
import './types/completion-event.ts';
import './types/errors.ts';
import './types/key.ts';
import './types/model.ts';
import './types/offering.ts';
import './types/price.ts';
import './types/provider.ts';
import './types/usage-and-cost.ts';

/** The graph as clients see it. */
export const buildClientSchema = (): GraphQLSchema => builder.toSchema();

/** The graph that is served: the clients' one with what a federation router needs. */
export const buildSubgraphSchema = (): GraphQLSchema =>
  builder.toSubGraphSchema({ linkUrl: 'https://specs.apollo.dev/federation/v2.3' });
