import { expect, it } from 'vitest';
import { asProviderId } from '../../../src/domain/ids.ts';
import type { OperationKind } from '../../../src/domain/operation.ts';
import type { RoutePolicy } from '../../../src/domain/route.ts';
import { DEFAULT_TIMEOUTS } from '../../../src/gateway/completion-command.ts';
import { createScriptedProvider } from '../../support/scripted-provider.ts';
import { callerWith } from '../harness.ts';
import { bookOf, catalogueWith, model, policyWith, routerOver } from './route-fixtures.ts';

/** Two that embed, the dearer one first, and one that does not. */
const harness = (unsupported: 'dimensions' | undefined = undefined) =>
  routerOver(
    catalogueWith([
      { id: 'first/vectors', model: 'lab/vectors', input: '3' },
      { id: 'second/vectors', model: 'lab/vectors', input: '1' },
      { id: 'talker/vectors', model: 'lab/vectors', input: '0.1' },
    ]),
    {
      book: bookOf({ cheap: policyWith([model('lab/vectors')], { strategy: { kind: 'CHEAPEST' } }) }),
      providers: ['first', 'second'].map((id) =>
        createScriptedProvider(asProviderId(id), {
          operations: ['EMBEDDING'],
          ...(unsupported !== undefined && {
            unsupportedOfOperations: [{ name: unsupported, problem: 'its length is fixed' }],
          }),
        }),
      ),
    },
  );

const planned = (
  { router, clock }: ReturnType<typeof harness>,
  name: string,
  more: { readonly policy?: RoutePolicy; readonly unsupported?: 'ERROR' | 'WARN' } = {},
) => {
  const { policy, unsupported = 'WARN' } = more;
  const request = { inputs: ['one', 'two'] };
  const command = {
    operation: 'EMBEDDING' as const,
    model: name,
    input: request,
    unsupported,
    timeouts: {},
    defaultTimeouts: DEFAULT_TIMEOUTS,
    ...(policy !== undefined && { routing: { policy } }),
  };
  const route = router.compile(command, 'EMBEDDING');
  if (route.kind === 'REFUSED') return route;
  return router.planOperation(route.value, { command, caller: callerWith(), request, at: clock.now() });
};
const idsOf = (plan: ReturnType<typeof planned>) =>
  plan.kind === 'OK' ? plan.value.candidates.map(({ offering }) => offering.id) : plan.refusal.code;

it('an operation goes to those that do it, in the order of its strategy', () => {
  expect(idsOf(planned(harness(), 'lab/vectors'))).toEqual(['first/vectors', 'second/vectors']);
  expect(idsOf(planned(harness(), 'route:cheap'))).toEqual(['second/vectors', 'first/vectors']);
});

it('what is not well is passed over, and told of', () => {
  const on = harness();
  on.health.of('first/vectors').state = 'OPEN';
  const plan = planned(on, 'lab/vectors');
  expect(idsOf(plan)).toEqual(['second/vectors']);
  expect(plan).toMatchObject({
    value: { decision: { rejected: [{ reason: 'BREAKER_OPEN' }, { reason: 'CAPABILITY' }] } },
  });
});

it('what cannot be honoured is a warning, or refuses it', () => {
  expect(planned(harness('dimensions'), 'lab/vectors')).toMatchObject({
    value: { candidates: [{ warnings: [{ code: 'UNSUPPORTED_PARAMETER', parameter: 'dimensions' }] }, {}] },
  });
  expect(idsOf(planned(harness('dimensions'), 'lab/vectors', { unsupported: 'ERROR' }))).toBe(
    'UNSUPPORTED_PARAMETER',
  );
});

it.each<[OperationKind | undefined, string | undefined]>([
  [undefined, undefined],
  ['EMBEDDING', undefined],
  ['RERANK', 'UNSUPPORTED_OPERATION'],
  // What nobody counts is estimated.
  ['TOKEN_COUNT', undefined],
])('a name means other candidates for %s', (operation, refusal) => {
  const found = harness().router.compile({ model: 'lab/vectors' }, operation);
  expect(found.kind === 'REFUSED' ? found.refusal.code : undefined).toBe(refusal);
});
