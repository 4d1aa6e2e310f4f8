import type { CompletionRequest, Message, ReasoningBlock, ToolCall } from '../domain/completion-request.ts';
import type { ContentEvent } from '../domain/content-event.ts';
import type { ProviderId } from '../domain/ids.ts';
import { openSignature, sealedFor, sealSignature } from '../domain/signature-seal.ts';
import type { Warning } from '../domain/warning.ts';

/** The event as a caller gets it. */
export const sealed = <Event extends ContentEvent>(event: Event, provider: ProviderId): Event =>
  (event.type === 'reasoningDelta' || event.type === 'toolCallEnded') && event.signature !== undefined
    ? { ...event, signature: sealSignature(event.signature, provider) }
    : event;

type Messages<Source> = readonly Message<Source>[];

type Signable = { readonly signature?: string };

const NO_SEALS: readonly ProviderId[] = [];

const foundIn = (parts: readonly Signable[], found: ProviderId[] | undefined): ProviderId[] | undefined => {
  let all = found;
  for (const { signature } of parts) {
    const provider = sealedFor(signature);
    if (provider === undefined) continue;
    all ??= [];
    all.push(provider);
  }
  return all;
};

/** The providers whose seals a conversation holds, the one of the latest seal first. */
export const sealsIn = ({ messages }: { readonly messages: Messages<unknown> }): readonly ProviderId[] => {
  let found: ProviderId[] | undefined;
  for (const message of messages) {
    if (message.role !== 'assistant') continue;
    found = foundIn(message.reasoning, found);
    found = foundIn(message.toolCalls, found);
  }
  return found === undefined ? NO_SEALS : [...new Set(found.toReversed())];
};

type Unsealed = {
  readonly request: CompletionRequest;
  readonly warnings: readonly Warning[];
};

const NO_WARNINGS: readonly Warning[] = [];

const isSigned = ({ messages }: CompletionRequest): boolean => {
  const hasSignature = ({ signature }: Signable): boolean => signature !== undefined;
  return messages.some(
    (message) =>
      message.role === 'assistant' &&
      (message.reasoning.some(hasSignature) || message.toolCalls.some(hasSignature)),
  );
};

/**
 * The request as one provider is to get it: its own signatures as it made them, without those of others. A block
 * that was encrypted for another provider is left out whole. Signatures without a seal stay as they are, unless they are
 * FOREIGN: of the provider whose answers were passed on as they came.
 */
export const unsealedFor = (
  provider: ProviderId,
  request: CompletionRequest,
  withoutSeal: 'OWN' | 'FOREIGN' = 'OWN',
): Unsealed => {
  const isClean = withoutSeal === 'OWN' ? sealsIn(request).length === 0 : !isSigned(request);
  if (isClean) return { request, warnings: NO_WARNINGS };
  let removed = 0;
  /** Undefined where it is another's. */
  const opened = (signature: string | undefined): string | undefined => {
    if (signature === undefined) return undefined;
    const isForeign = withoutSeal === 'FOREIGN' && sealedFor(signature) === undefined;
    const own = isForeign ? undefined : openSignature(signature, provider);
    if (own === undefined) removed += 1;
    return own;
  };
  const block = (given: ReasoningBlock): readonly ReasoningBlock[] => {
    const { signature: _sealed, ...rest } = given;
    const signature = opened(given.signature);
    if (signature !== undefined) return [{ ...rest, signature }];
    return given.signature !== undefined && (given.redacted === true || given.text === '') ? [] : [rest];
  };
  const call = (given: ToolCall): ToolCall => {
    const { signature: _sealed, ...rest } = given;
    const signature = opened(given.signature);
    return { ...rest, ...(signature !== undefined && { signature }) };
  };
  const messages = request.messages.map(
    (message): Message =>
      message.role === 'assistant'
        ? { ...message, reasoning: message.reasoning.flatMap(block), toolCalls: message.toolCalls.map(call) }
        : message,
  );
  const warnings: readonly Warning[] =
    removed === 0
      ? []
      : [
          {
            code: 'ADJUSTED_PARAMETER',
            parameter: 'messages',
            message: `${removed} of the conversation's signatures ${removed === 1 ? 'is' : 'are'} of another provider and ${removed === 1 ? 'was' : 'were'} left out for ${provider}; reasoning that was encrypted with them as well.`,
          },
        ];
  return { request: { ...request, messages }, warnings };
};
