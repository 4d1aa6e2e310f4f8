import { builder } from '../builder.ts';

export const UnsupportedPolicyEnum = builder.enumType('UnsupportedPolicy', {
  description: 'What to do about parameters that a provider cannot honour. Nothing is ever dropped silently.',
  values: {
    ERROR: { description: 'Do not use such an offering.' },
    WARN: { description: 'Leave them out and say so in `warnings`.' },
  },
});
