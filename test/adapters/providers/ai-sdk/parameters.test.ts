import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bedrock } from '../../../../src/adapters/providers/known/bedrock.ts';
import { cohere } from '../../../../src/adapters/providers/known/cohere.ts';
import type { CompletionRequest } from '../../../../src/domain/completion-request.ts';
import { bedrockText } from '../../../fixtures/upstream/bedrock.ts';
import { cohereText } from '../../../fixtures/upstream/cohere.ts';
import { EVERY_PARAMETER } from '../../../wire/requests/every-parameter.ts';
import { type Connected, connected } from './connected.ts';

const PACKAGES = [
  {
    known: bedrock,
    answer: bedrockText(['x']),
    models: [
      'anthropic.claude-3-7-sonnet-20250219-v1:0',
      'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
      'us.anthropic.claude-opus-5-5',
      'us.amazon.nova-pro-v1:0',
      'us.amazon.nova-2-lite-v1:0',
      'openai.gpt-oss-120b-1:0',
      'us.openai.gpt-5.6-luna',
      'us.meta.llama4-maverick-17b-instruct-v1:0',
      'us.mistral.pixtral-large-2502-v1:0',
    ],
    itself: [],
  },
  {
    known: cohere,
    answer: cohereText(['x']),
    models: ['command-a-03-2025', 'command-a-reasoning-08-2025', 'command-a-vision-07-2025'],
    itself: ['cache'],
  },
] as const;

describe.each(PACKAGES)('through the package for $known.name', ({ known, answer, models, itself }) => {
  let side: Connected;
  beforeAll(async () => {
    side = await connected(known, { variables: { AWS_REGION: 'us-east-1' } });
    side.upstream.respond(() => answer);
  });
  afterAll(() => side.close());

  const outcomeOf = async (model: string, request: CompletionRequest) => {
    const events = await side.complete(model, request, false);
    expect(events.at(-1)).toMatchObject({ type: 'completed' });
    return {
      sent: JSON.stringify(side.upstream.requests.at(-1)?.body),
      warned: events.flatMap((event) => (event.type === 'warning' ? [event.warning.parameter] : [])),
    };
  };

  const cases = models.flatMap((model) =>
    EVERY_PARAMETER.map(([parameter, asked]) => [model, parameter, asked] as const),
  );
  test.each(cases)('%s: %s is sent, or told not to be', async (model, parameter, asked) => {
    for (const { with: request, without } of asked) {
      const isListed = side.provider.unsupported(model, request).some(({ name }) => name === parameter);
      const { sent, warned } = await outcomeOf(model, request);
      const isSent = sent !== (await outcomeOf(model, without)).sent;
      const what = JSON.stringify(request);
      if (isListed) expect({ what, isSent }).toEqual({ what, isSent: false });
      else if (!itself.some((one) => one === parameter))
        expect({ what, isSentOrTold: isSent || warned.includes(parameter) }).toEqual({
          what,
          isSentOrTold: true,
        });
    }
  });
});
