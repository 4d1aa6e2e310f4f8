import { builder } from '../builder.ts';

export const OnDisconnectEnum = builder.enumType('OnDisconnect', {
  description:
    'What happens when a client leaves before its answer is whole. It is metered and billed either way.',
  values: {
    CANCEL: {
      description:
        "Close the provider's connection at once. Where the provider has not said what was used, it is estimated.",
    },
    DRAIN: {
      description:
        "Read the provider's answer to its end, within the same time limits, so that the ledger has the provider's own count. No other attempt is begun.",
    },
  } as const,
});
