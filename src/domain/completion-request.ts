import type { JsonObject } from './json.ts';

export type TextPart = { readonly type: 'text'; readonly text: string };
export type ImageSource =
  /** http(s) address that the provider fetches. */
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'data'; readonly mediaType: string; readonly base64: string };
export type ImagePart = {
  readonly type: 'image';
  readonly source: ImageSource;
  /** OpenAI's `detail`; a hint that others ignore without loss. */
  readonly detail?: 'low' | 'high' | 'auto';
};
export type UserPart = TextPart | ImagePart;

/** A reasoning block as a provider gave it, to be passed back on the next turn. */
export type ReasoningBlock = {
  readonly text: string;
  /** Opaque proof that the block is the provider's own; bound to that provider. */
  readonly signature?: string;
  /** The block came encrypted: `signature` holds its whole content. */
  readonly redacted?: boolean;
};

export type ToolCall = {
  /** Matches a tool message's `toolCallId`. */
  readonly id: string;
  readonly name: string;
  /** Arguments exactly as the model wrote them: JSON text, possibly malformed, `{}` if the tool takes none. */
  readonly arguments: string;
  /** Opaque proof that some providers (Gemini) want back on the next turn. */
  readonly signature?: string;
};

export type Message =
  | { readonly role: 'system'; readonly text: string }
  | { readonly role: 'user'; readonly parts: readonly UserPart[] }
  | {
      readonly role: 'assistant';
      readonly text: string;
      readonly reasoning: readonly ReasoningBlock[];
      readonly toolCalls: readonly ToolCall[];
    }
  | {
      readonly role: 'tool';
      readonly toolCallId: string;
      readonly name?: string;
      readonly text: string;
      readonly isError: boolean;
    };

export type Tool = {
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of the arguments. */
  readonly parameters: JsonObject;
  /** Ask the provider to guarantee that arguments match the schema. */
  readonly strict?: boolean;
};

export type ToolChoice =
  | { readonly kind: 'auto' }
  | { readonly kind: 'none' }
  | { readonly kind: 'required' }
  | { readonly kind: 'tool'; readonly name: string };

export type OutputFormat =
  | { readonly kind: 'text' }
  | { readonly kind: 'jsonObject' }
  | {
      readonly kind: 'jsonSchema';
      readonly name: string;
      readonly schema: JsonObject;
      readonly description?: string;
      readonly strict?: boolean;
    };

export type ReasoningEffort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'max';

/** What to ask of a model, in no provider's words. Absent means: the provider's default. */
export type CompletionRequest = {
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
  readonly toolChoice?: ToolChoice;
  readonly parallelToolCalls?: boolean;
  readonly output?: OutputFormat;
  readonly maxOutputTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly frequencyPenalty?: number;
  readonly presencePenalty?: number;
  readonly seed?: number;
  readonly stop?: readonly string[];
  readonly reasoningEffort?: ReasoningEffort;
  /** Most tokens to spend on reasoning; wins over `reasoningEffort` where the provider takes a number. */
  readonly reasoningMaxTokens?: number;
  /** Tags that are kept in the ledger and passed to providers that take them. */
  readonly metadata?: { readonly [key: string]: string };
  /** The caller's own end-user id, for the provider's abuse detection. */
  readonly user?: string;
};

/** Parameters a provider may be unable to honour, by their name in the graph. */
export type RequestParameter = Exclude<keyof CompletionRequest, 'messages'> | 'imageUrl' | 'imageData';

/** What a provider cannot do of what was asked. */
export type Unsupported = { readonly name: RequestParameter; readonly problem: string };
