import type { GraphQLSchema } from 'graphql';
import { builder } from './builder.ts';
import { invalidInput } from './errors.ts';
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

/** Most entities that a router may ask for in one operation. */
const MAX_REPRESENTATIONS = 1_000;

/** All that the graph uses of federation. Said, since to find them the builder makes the whole graph once more. */
const FEDERATION_DIRECTIVES: readonly string[] = ['@key'];

/** The graph that is served: the clients' one with what a federation router needs. */
export const buildSubgraphSchema = (): GraphQLSchema => {
  const schema = builder.toSubGraphSchema({
    linkUrl: 'https://specs.apollo.dev/federation/v2.3',
    federationDirectives: [...FEDERATION_DIRECTIVES],
  });
  const entities = schema.getQueryType()?.getFields()._entities;
  const resolve = entities?.resolve;
  if (entities === undefined || resolve === undefined) throw new Error('the subgraph has no entities');
  // Added beside the builder's own fields, it is outside of the limit on an operation's weight.
  entities.resolve = (root, args: { readonly representations: readonly unknown[] }, context, info) => {
    if (args.representations.length > MAX_REPRESENTATIONS) {
      throw invalidInput('representations', `takes up to ${MAX_REPRESENTATIONS}; ask in several operations.`);
    }
    return resolve(root, args, context, info);
  };
  return schema;
};
