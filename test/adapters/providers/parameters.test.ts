import { describe, expect, test } from 'vitest';
import { KNOWN_PROVIDERS } from '../../../src/adapters/providers/registry.ts';
import type { CompletionRequest } from '../../../src/domain/completion-request.ts';
import type { UpstreamCodec } from '../../../src/wire/codec.ts';
import { EVERY_PARAMETER } from '../../wire/requests/every-parameter.ts';

type Case = readonly [provider: string, model: string, codec: UpstreamCodec];

/** One model for each way in which a provider is spoken to. */
const CASES = KNOWN_PROVIDERS.flatMap(({ id, api, offerings }): readonly Case[] => {
  if (api.kind !== 'DIALECT' || api.completes === false) return [];
  const models = [...(offerings ?? []).map(({ providerModelId }) => providerModelId), 'some-model'];
  const byCodec = new Map(models.map((model) => [api.codec(model), model]));
  return [...byCodec].map(([codec, model]) => [id, model, codec]);
});

const outcomeOf = (codec: UpstreamCodec, model: string, request: CompletionRequest) => {
  const { call, warnings } = codec.encode(model, request, false);
  return {
    sent: JSON.stringify([call.path, call.headers, call.body]),
    warned: warnings.flatMap((event) => (event.type === 'warning' ? [event.warning.parameter] : [])),
  };
};

describe.each(CASES)('%s, %s', (_id, model, codec) => {
  test.each(EVERY_PARAMETER)('%s is sent, or told not to be', (parameter, asked) => {
    for (const { with: request, without } of asked) {
      const isListed = codec.unsupported(model, request).some(({ name }) => name === parameter);
      const { sent, warned } = outcomeOf(codec, model, request);
      const isSent = sent !== outcomeOf(codec, model, without).sent;
      const what = JSON.stringify(request);
      if (isListed) expect({ what, isSent }).toEqual({ what, isSent: false });
      // Providers that cache by themselves need no marks.
      else if (parameter !== 'cache')
        expect({ what, isSentOrTold: isSent || warned.includes(parameter) }).toEqual({
          what,
          isSentOrTold: true,
        });
    }
  });
});
