import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4Usage,
  SharedV4ProviderMetadata,
} from '@ai-sdk/provider';
import type { CompletionRequest, ServiceTier, Unsupported } from '../../../domain/completion-request.ts';
import type { FinishReason } from '../../../domain/content-event.ts';
import type { JsonObject } from '../../../domain/json.ts';
import type { ProviderEvent } from '../../../domain/provider-event.ts';
import type { Usage } from '../../../domain/usage.ts';
import type { ToolCallIdForm } from '../../../wire/tool-call-ids.ts';
import type { BodyFilter } from './body-filter.ts';
import type { ExchangeRules } from './exchange.ts';

/** What is read from an answer as the provider sent it, because the package leaves it out. */
export type RawReading = {
  readonly events?: readonly ProviderEvent[];
  readonly serviceTier?: ServiceTier;
  /** The provider's id of the answer. */
  readonly responseId?: string;
};

/** The language models of one provider behind an AI SDK package. */
export type AiSdkLanguage = {
  /** Which ids of tool calls the provider takes; others are written anew before it is asked. */
  readonly toolCallIds: ToolCallIdForm;
  /** Makes the package's model; every request that it sends goes through `fetch`. */
  model(providerModelId: string, fetch: typeof globalThis.fetch): LanguageModelV4;
  unsupported(providerModelId: string, request: CompletionRequest): readonly Unsupported[];
  /** For a request that holds nothing unsupported. `warnings` say what had to be adjusted. */
  options(
    providerModelId: string,
    request: CompletionRequest,
  ): { readonly options: LanguageModelV4CallOptions; readonly warnings: readonly ProviderEvent[] };
  /** `amend` gets the body that the package made of `request`. */
  rules(request: CompletionRequest): ExchangeRules;
  filter(): BodyFilter;
  /** One piece of a stream, before what the package makes of it. */
  readChunk(chunk: JsonObject): RawReading;
  /** A whole answer. */
  readAnswer(answer: JsonObject): RawReading;
  /** Undefined: nothing is reported. */
  usage(reported: LanguageModelV4Usage): Usage | undefined;
  /** What a whole answer says was used, for answers that the package cannot read: they are billed all the same. */
  usageOfAnswer(answer: JsonObject): Usage | undefined;
  /** Undefined: as the package reads it. */
  finishReason(raw: string): FinishReason | undefined;
  /** What has to go back on the next turn with a block of reasoning. */
  proof(
    metadata: SharedV4ProviderMetadata,
  ): { readonly signature: string; readonly redacted?: boolean } | undefined;
};
