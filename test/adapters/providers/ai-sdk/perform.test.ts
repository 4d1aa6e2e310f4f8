import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { aiSdkOperation } from '../../../../src/adapters/providers/ai-sdk/perform.ts';
import { createDispatcher } from '../../../../src/adapters/providers/dispatcher.ts';
import { failureOf } from '../../../../src/domain/failure.ts';
import { asProviderId } from '../../../../src/domain/ids.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { recordedLog } from '../../../support/recorded-log.ts';
import { jsonAnswer, startUpstream, type Upstream } from '../../../support/upstream.ts';

const dispatcher = createDispatcher();
let upstream: Upstream;
beforeEach(async () => {
  upstream = await startUpstream();
});
afterEach(() => upstream.close());
afterAll(() => dispatcher.destroy());

test('a package that asks twice within one call is stopped before the second request, which would be billed unseen', async () => {
  upstream.respond(() => jsonAnswer({ vectors: [[1]] }));
  const ask = (fetch: typeof globalThis.fetch) => fetch(upstream.url, { method: 'POST', body: '{}' });
  const embedding = aiSdkOperation<'EMBEDDING'>(
    { id: asProviderId('twice'), dispatcher, clock: createFakeClock(), log: recordedLog(), secrets: [] },
    {
      unsupported: () => [],
      answers: 'JSON',
      rules: () => ({ failureOf: (status) => failureOf('SERVER_ERROR', `status ${status}`) }),
      async run(fetch) {
        await ask(fetch);
        await ask(fetch);
        return { result: { vectors: [[1]] } };
      },
    },
  );
  const call = { providerModelId: 'm', request: { inputs: ['a'] } };
  expect(await embedding.perform(call, new AbortController().signal)).toMatchObject({ kind: 'FAILED' });
  expect(upstream.requests).toHaveLength(1);
});
