import type { CompletionRequest } from '../domain/completion-request.ts';
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

/** For APIs that take reasoning back only with their own proof of it. */
export const unsignedLeftOut = ({
  messages,
}: Pick<CompletionRequest, 'messages'>): readonly ProviderEvent[] =>
  messages.some(
    (message) =>
      message.role === 'assistant' &&
      message.reasoning.some(({ text, signature }) => signature === undefined && text !== ''),
  )
    ? [adjusted('messages', 'Earlier reasoning without a signature was not passed back.')]
    : [];

/** For APIs that take no hint of how closely to look at an image. What they do by themselves may be asked for. */
export const detailLeftOut = ({ messages }: Pick<CompletionRequest, 'messages'>): readonly ProviderEvent[] =>
  messages.some(
    (message) =>
      message.role === 'user' &&
      message.parts.some((part) => part.type === 'image' && (part.detail ?? 'auto') !== 'auto'),
  )
    ? [
        adjusted(
          'image.detail',
          'The provider takes no hint of how closely to look at images: it was left out.',
        ),
      ]
    : [];
