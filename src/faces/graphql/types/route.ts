import type { Route } from '../../../domain/route.ts';
import { canaryShareAt } from '../../../gateway/routing/canary/canary-plan.ts';
import { documentOf, policyOfToday } from '../../../gateway/routing/policy/document.ts';
import type { RouteVersion } from '../../../gateway/routing/policy/saved-routes.ts';
import { builder } from '../builder.ts';
import type { GraphContext } from '../context.ts';
import { entity } from '../entity.ts';
import { idWithin } from '../global-id.ts';
import { CURSORS, pageOfStore } from '../page.ts';
import { KeyRef, NamedRouteRef } from '../refs.ts';
import { SpendStatusRef } from './route-budget.ts';
import { RouteCanaryRef } from './route-canary.ts';
import { RoutingStrategyEnum } from './routing-enums.ts';

const RouteOriginEnum = builder.enumType('RouteOrigin', {
  description: 'Where a route comes from.',
  values: {
    GRAPH: { description: 'Saved by `saveRoute`.' },
    CONFIG: { description: 'Given under `routes` in the config file, where alone it can be changed.' },
  } satisfies { [Origin in Route['origin']]: { description: string } },
});

const RouteVersionRef = builder.objectRef<RouteVersion>('RouteVersion').implement({
  description: 'What a route was at a time. Versions are kept for ever.',
  fields: (t) => ({
    version: t.exposeInt('version', { description: 'From 1.' }),
    deleted: t.boolean({
      description: 'Whether the route was deleted with this version.',
      resolve: ({ document }) => document === undefined,
    }),
    document: t.field({
      type: 'JSONObject',
      nullable: true,
      description: 'The policy, as the config file takes it; null if the route was deleted.',
      resolve: ({ document }) => document && policyOfToday(document),
    }),
    savedAt: t.expose('savedAt', { type: 'DateTime', description: 'When it was saved.' }),
    savedBy: t.field({
      type: KeyRef,
      nullable: true,
      description: 'The key that saved it; null if the caller may not see that key.',
      resolve: ({ savedBy }) => savedBy,
    }),
    note: t.string({
      nullable: true,
      description: 'Why, in the words of who saved it.',
      resolve: ({ note }) => note,
    }),
  }),
});

const RouteVersionConnection = builder.connectionObject(
  { type: RouteVersionRef, name: 'RouteVersionConnection', description: 'A page of versions.' },
  { name: 'RouteVersionEdge', description: 'A version with its cursor.' },
);

const loadRoute = async (name: string | undefined, context: GraphContext): Promise<unknown> =>
  name === undefined ? null : NamedRouteRef.getDataloader(context).load(name);

NamedRouteRef.implement({
  description: 'How requests are routed, under a name: `model: "route:<name>"` uses it.',
  extensions: entity({
    id: (id, context) => loadRoute(idWithin('Route', id), context),
    name: loadRoute,
  }),
  fields: (t) => ({
    name: t.exposeString('name', {
      description: 'Lower-case letters, digits, dots, dashes and underscores; unique.',
    }),
    version: t.exposeInt('version', {
      description: 'Grows by one each time that it is saved; 0 for one of the config file.',
    }),
    origin: t.expose('origin', { type: RouteOriginEnum, description: 'Where it comes from.' }),
    description: t.string({
      nullable: true,
      description: 'For people.',
      resolve: ({ policy }) => policy.description,
    }),
    strategy: t.field({
      type: RoutingStrategyEnum,
      description: 'How candidates are put into order and called.',
      resolve: ({ policy }) => policy.strategy.kind,
    }),
    document: t.field({
      type: 'JSONObject',
      description:
        'The whole policy, as `saveRoute` and the config file take it; rules that are the usual ones are left out.',
      resolve: ({ policy }) => documentOf(policy),
    }),
    savedAt: t.expose('savedAt', {
      type: 'DateTime',
      description: 'When this version was saved; of the config file, when that was last written.',
    }),
    savedBy: t.field({
      type: KeyRef,
      nullable: true,
      description:
        'The key that saved it; null for one of the config file, and where the caller may not see that key.',
      resolve: ({ savedBy }) => savedBy,
    }),
    note: t.string({
      nullable: true,
      description: 'Why, in the words of who saved it.',
      resolve: ({ note }) => note,
    }),
    budget: t.field({
      type: SpendStatusRef,
      nullable: true,
      description: 'What is spent of its budget; null if it has none, and for all but the admin key.',
      async resolve({ name, policy: { budget } }, _args, { caller, gateway: { budgets } }) {
        if (budget === undefined || caller.key.role !== 'ADMIN') return null;
        await budgets.ready(name, budget, 'SERVED');
        return budgets.statusOf(name, budget, 'SERVED');
      },
    }),
    mirrorBudget: t.field({
      type: SpendStatusRef,
      nullable: true,
      description: 'What its mirrors have spent; null if it has none, and for all but the admin key.',
      async resolve({ name, policy: { mirror } }, _args, { caller, gateway: { budgets } }) {
        if (mirror === undefined || caller.key.role !== 'ADMIN') return null;
        await budgets.ready(name, mirror.budget, 'MIRRORED');
        return budgets.statusOf(name, mirror.budget, 'MIRRORED');
      },
    }),
    canary: t.field({
      type: RouteCanaryRef,
      nullable: true,
      description: 'How its canary does; null if it has none.',
      resolve: ({ name, policy: { canary } }, _args, { caller, now, gateway: { canaries } }) =>
        canary && {
          ...canaries.statusOf(name, canary),
          share: canaryShareAt(canary, now()),
          showsFigures: caller.key.role === 'ADMIN',
        },
    }),
    versions: t.connection(
      {
        type: RouteVersionRef,
        description:
          'What it was, newest first, also before it was deleted and saved anew; empty for one of the config file.',
        resolve: (route, args, { routes }) =>
          pageOfStore(
            args,
            ({ version }: RouteVersion) => String(version),
            (page) => routes.versions(route.name, page),
            CURSORS.versions,
          ),
      },
      RouteVersionConnection,
    ),
  }),
});
