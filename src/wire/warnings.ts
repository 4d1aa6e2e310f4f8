import type { ProviderEvent } from '../domain/provider-event.ts';

/** Something was asked for that had to be sent differently. */
export const adjusted = (parameter: string, message: string): ProviderEvent => ({
  type: 'warning',
  warning: { code: 'ADJUSTED_PARAMETER', parameter, message },
});

/** The provider did something that is worth knowing. */
export const providerWarning = (message: string): ProviderEvent => ({
  type: 'warning',
  warning: { code: 'PROVIDER_WARNING', message },
});
