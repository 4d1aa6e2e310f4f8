import { expect } from 'vitest';
import { createSandboxProvider } from '../../../src/adapters/providers/sandbox.ts';
import type { CompletionRequest, Message } from '../../../src/domain/completion-request.ts';
import { describeProvider, type Situation } from '../../contract/provider.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const AT_ONCE = { 'sandbox.ttftMs': '0', 'sandbox.tokensPerSecond': '0' };

const saying = (text: string): readonly Message[] => [
  { role: 'system', text: Array.from({ length: 16 }, () => 'word').join(' ') },
  { role: 'user', parts: [{ type: 'text', text }] },
];

const requestFor = (situation: Situation): Partial<CompletionRequest> => {
  switch (situation.kind) {
    case 'text':
      return { messages: saying(situation.words.join('')), metadata: AT_ONCE };
    case 'tool':
      return { messages: saying('call get_weather {"city":"Paris"}'), metadata: AT_ONCE };
    case 'rateLimited':
      return {
        metadata: {
          ...AT_ONCE,
          'sandbox.fail': 'RATE_LIMITED',
          'sandbox.retryAfterMs': String(situation.retryAfterMs),
        },
      };
    case 'truncated':
      return {
        messages: saying(`${situation.words.join('')} and more`),
        metadata: {
          ...AT_ONCE,
          'sandbox.fail': 'TRUNCATED',
          'sandbox.failAfterWords': String(situation.words.length),
        },
      };
    case 'hang':
      return {
        messages: saying(`${situation.words.join('')} and more`),
        metadata: { ...AT_ONCE, 'sandbox.hang': String(situation.words.length) },
      };
  }
};

describeProvider('sandbox', async () => {
  const clock = createFakeClock();
  const isIdle = (count: number): Promise<void> =>
    expect.poll(() => clock.pending(), { timeout: 20_000 }).toBe(count);
  return {
    provider: createSandboxProvider(clock),
    clock,
    providerModelId: 'echo',
    secrets: [],
    prepare: requestFor,
    underWay: () => isIdle(1),
    released: () => isIdle(0),
    close: async () => {},
  };
});
