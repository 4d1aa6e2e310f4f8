import { nearestNames } from '../../../catalogue/nearest-names.ts';
import type { Route } from '../../../domain/route.ts';
import { builder } from '../builder.ts';
import { completionError, ForbiddenError, InvalidInputError, UnknownRouteError } from '../errors.ts';
import { InputProblem } from '../inputs/input-problem.ts';
import { readPolicyInput } from '../inputs/read-routing.ts';
import { RoutePolicyInput, type RoutePolicyShape } from '../inputs/route-policy-input.ts';
import { pageOfList } from '../page.ts';
import { NamedRouteRef } from '../refs.ts';
import { RouteConnection } from '../types/connections.ts';
import { MirrorComparisonRef } from '../types/mirror-comparison.ts';

/** Throws InvalidInputError; its path begins at the arguments of `saveRoute`. */
const policyOf = (input: RoutePolicyShape) => {
  try {
    return readPolicyInput('policy', input);
  } catch (error) {
    if (!(error instanceof InputProblem)) throw error;
    throw new InvalidInputError({ code: 'INVALID_INPUT', path: error.path, problem: error.message });
  }
};

builder.mutationField('saveRoute', (t) =>
  t.field({
    type: NamedRouteRef,
    description:
      'Saves a route, or a new version of one: requests that begin from then on go by it, on every node. Refused with unknown names and circles of routes. Only the admin key may.',
    args: {
      name: t.arg.string({
        required: true,
        description:
          '1 to 64 lower-case letters, digits, dots, dashes and underscores, a letter or digit first. One of the config file cannot be saved.',
      }),
      policy: t.arg({ type: RoutePolicyInput, required: true, description: 'How requests are routed.' }),
      note: t.arg.string({ description: 'Why, for people, up to 1,000 characters; kept with the version.' }),
    },
    errors: {
      types: [ForbiddenError, InvalidInputError],
      union: { name: 'SaveRouteResult', description: 'The route, or why it was not saved.' },
    },
    resolve: async (_root, { name, policy, note }, { routes, caller }) => {
      const draft = { name, policy: policyOf(policy), ...(note != null && { note }) };
      const result = await routes.save(caller, draft);
      if (result.kind === 'REFUSED') throw completionError(result, undefined);
      return result.value;
    },
  }),
);

builder.mutationField('deleteRoute', (t) =>
  t.field({
    type: NamedRouteRef,
    description:
      'Deletes a route; requests that begin from then on no longer find it. Refused while another route uses it. Its versions are kept, and go on where it is saved again. Only the admin key may.',
    args: { name: t.arg.string({ required: true, description: 'Name of the route.' }) },
    errors: {
      types: [ForbiddenError, UnknownRouteError, InvalidInputError],
      union: { name: 'DeleteRouteResult', description: 'The route as it was, or why it was not deleted.' },
    },
    resolve: async (_root, { name }, { routes, caller }) => {
      const result = await routes.remove(caller, name);
      if (result.kind === 'REFUSED') throw completionError(result, undefined);
      return result.value;
    },
  }),
);

builder.mutationField('resumeCanary', (t) =>
  t.field({
    type: NamedRouteRef,
    description:
      'Lets the canary of a route run again after it was rolled back, on every node; it is judged anew. Does nothing where it runs. Only the admin key may.',
    args: { route: t.arg.string({ required: true, description: 'Name of the route.' }) },
    errors: {
      types: [ForbiddenError, UnknownRouteError],
      union: { name: 'ResumeCanaryResult', description: 'The route, or why its canary does not run again.' },
    },
    resolve: async (_root, { route: name }, { routes, caller, audit, gateway }) => {
      if (caller.key.role !== 'ADMIN') {
        audit.denied('CANARY_RESUMED', caller);
        throw new ForbiddenError({ code: 'FORBIDDEN', problem: 'Only the admin key resumes canaries.' });
      }
      const route = routes.find(name);
      if (route === undefined)
        throw new UnknownRouteError({
          code: 'UNKNOWN_ROUTE',
          name,
          suggestions: nearestNames(
            name,
            routes.all().map((each) => each.name),
          ),
        });
      await gateway.canaries.resume(route.name);
      audit.done('CANARY_RESUMED', caller, { route: route.name });
      return route;
    },
  }),
);

const MAX_COMPARED_MS = 31 * 86_400_000;

builder.queryField('mirrorComparison', (t) =>
  t.field({
    type: MirrorComparisonRef,
    nullable: true,
    description:
      'What the mirrors of a route came to, beside the completions that they mirror; null if the route does not exist. Only the admin key may.',
    args: {
      route: t.arg.string({ required: true, description: 'Name of the route.' }),
      from: t.arg({ type: 'DateTime', description: 'From when on; a day before `to` if not given.' }),
      to: t.arg({ type: 'DateTime', description: 'Until when, at most 31 days later; now if not given.' }),
      currency: t.arg.string({
        required: true,
        defaultValue: 'USD',
        description: 'In which costs are told, an ISO 4217 code.',
      }),
    },
    errors: {
      types: [ForbiddenError, InvalidInputError],
      union: { name: 'MirrorComparisonResult', description: 'The comparison, or why there is none.' },
    },
    resolve: async (_root, args, { routes, caller, now, compareMirrors }) => {
      if (caller.key.role !== 'ADMIN')
        throw new ForbiddenError({ code: 'FORBIDDEN', problem: 'Only the admin key compares mirrors.' });
      const { currency } = args;
      const to = args.to ?? now();
      const from = args.from ?? new Date(to.getTime() - 86_400_000);
      const takes = (path: string, problem: string): never => {
        throw new InvalidInputError({ code: 'INVALID_INPUT', path, problem });
      };
      if (from >= to || to.getTime() - from.getTime() > MAX_COMPARED_MS)
        takes('from', 'takes a moment up to 31 days before `to`.');
      if (!/^[A-Z]{3}$/.test(currency)) takes('currency', 'takes an ISO 4217 code, e.g. USD.');
      const route = routes.find(args.route);
      return route === undefined ? null : compareMirrors({ route: route.name, from, to, currency });
    },
  }),
);

builder.queryField('routes', (t) =>
  t.connection(
    {
      type: NamedRouteRef,
      description: 'Routes by name: those that were saved, and those of the config file.',
      resolve: (_root, args, { routes }) => pageOfList(routes.all(), args, (route: Route) => route.name),
    },
    RouteConnection,
  ),
);

builder.queryField('route', (t) =>
  t.field({
    type: NamedRouteRef,
    nullable: true,
    description: 'A route by its name; null if it does not exist.',
    args: { name: t.arg.string({ required: true, description: 'Its name, without regard to case.' }) },
    resolve: (_root, { name }, { routes }) => routes.find(name),
  }),
);
