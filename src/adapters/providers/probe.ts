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
      timeouts: { firstTokenMs: PROBE_TIMEOUT_MS, stallMs: PROBE_TIMEOUT_MS },
    } as const;
    return new Promise((resolve) => {
      provider.complete(call, {
        event(event) {
          if (event.type === 'failed') resolve({ kind: 'FAILED', failure: event.failure });
          if (event.type === 'completed')
            resolve({ kind: 'ANSWERED', totalMs: clock.monotonicMs() - beganAt });
        },
        alive() {},
        broke: () =>
          resolve({
            kind: 'FAILED',
            failure: failureOf('TRUNCATED', 'The provider ended without an answer.'),
          }),
      });
    });
  },
});
