import type { TokenLogprob } from '../../../domain/content-event.ts';
import { builder } from '../builder.ts';

const AlternativeRef = builder.objectRef<TokenLogprob['top'][number]>('TokenAlternative').implement({
  description: 'A token that might have stood there.',
  fields: (t) => ({
    token: t.exposeString('token', { description: 'The token, as the provider gives it.' }),
    logprob: t.exposeFloat('logprob', { description: 'Natural logarithm of its probability.' }),
  }),
});

export const TokenLogprobRef = builder.objectRef<TokenLogprob>('TokenLogprob').implement({
  description: 'A token of the output and how likely the model held it to be, as the provider says.',
  fields: (t) => ({
    token: t.exposeString('token', { description: 'The token, as the provider gives it.' }),
    logprob: t.exposeFloat('logprob', { description: 'Natural logarithm of its probability.' }),
    top: t.field({
      type: [AlternativeRef],
      description: 'Alternatives at this place, the likeliest first; the token itself may be among them.',
      resolve: ({ top }) => [...top],
    }),
  }),
});
