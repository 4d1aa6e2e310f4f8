import { type Failure, failureOf } from '../../domain/failure.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ModelList, Provider } from '../../ports/provider.ts';

/** How long a probe may take. */
const PROBE_TIMEOUT_MS = 30_000;
/** Most output tokens of a probe. */
const PROBE_TOKENS = 16;

/** How a tiny completion went. */
export type ProbeOutcome =
  | { readonly kind: 'ANSWERED'; readonly totalMs: number }
  | { readonly kind: 'FAILED'; readonly failure: Failure };

/** What can be found out about a provider without keeping anything. */
export type ProviderProbe = {
  /** Whether its list of models can be read, which tells whether the key is good. Never rejects. */
  listModels(): Promise<ModelList>;
  /** One completion of at most 16 output tokens. That it stops for length is an answer, too. Never rejects. */
  complete(providerModelId: string): Promise<ProbeOutcome>;
};

export const createProviderProbe = (provider: Provider, clock: Clock): ProviderProbe => ({
  listModels: () => provider.listModels(AbortSignal.timeout(PROBE_TIMEOUT_MS)),
  complete(providerModelId) {
    const beganAt = clock.monotonicMs();
    const call = {
      providerModelId,
      request: {
        messages: [{ role: 'user', parts: [{ type: 'text', text: 'Say OK.' }] }],
        tools: [],
        maxOutputTokens: PROBE_TOKENS,
      },
      stream: false,
    } as const;
    return new Promise((resolve) => {
      const end = (outcome: ProbeOutcome): void => {
        cancelTimer();
        resolve(outcome);
      };
      const fail = (failure: Failure): void => end({ kind: 'FAILED', failure });
      const upstream = provider.complete(call, {
        event(event) {
          if (event.type === 'failed') fail(event.failure);
          if (event.type === 'completed') end({ kind: 'ANSWERED', totalMs: clock.monotonicMs() - beganAt });
        },
        alive() {},
        broke: () => fail(failureOf('TRUNCATED', 'The provider ended without an answer.')),
      });
      const cancelTimer = clock.after(PROBE_TIMEOUT_MS, () => {
        const whom = provider.host ?? provider.id;
        fail(failureOf('TIMEOUT', `${whom} sent no answer within ${PROBE_TIMEOUT_MS} ms.`));
        upstream.abort();
      });
    });
  },
});
