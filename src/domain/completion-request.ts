import type { JsonObject } from './json.ts';

/**
 * A mark in the prompt: all of it up to and including the marked piece is to be kept in the provider's prompt
 * cache for so long. Providers that cache by themselves need no marks and take them as honoured.
 */
export type CacheTtl = '5m' | '1h';

/** Media as a provider gets them. */
export type MediaSource =
  /** http(s) address that the provider fetches. */
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'data'; readonly mediaType: string; readonly base64: string };
/**
 * http(s) address that this server fetches before a provider is asked; none is left in what a provider gets.
 * `ifNeeded`: only where one of those that may be asked does not fetch addresses itself; it becomes a `url` otherwise.
 */
export type RemoteSource = { readonly kind: 'remote'; readonly url: string; readonly ifNeeded?: true };

/** What a part belongs to: absent where it is the user's own. */
type OfResult = {
  /** A tool gave it: the result of this call, in a message before, is text alone. */
  readonly toolCallId?: string;
};

export type TextPart = OfResult & {
  readonly type: 'text';
  readonly text: string;
  readonly cache?: CacheTtl;
};
export type ImagePart<Source = MediaSource> = OfResult & {
  readonly type: 'image';
  readonly source: Source;
  /** OpenAI's `detail`; a hint that others ignore without loss. */
  readonly detail?: 'low' | 'high' | 'auto';
  readonly cache?: CacheTtl;
};
export type AudioPart<Source = MediaSource> = OfResult & {
  readonly type: 'audio';
  readonly source: Source;
  readonly cache?: CacheTtl;
};
/** A document, e.g. a PDF or plain text. */
export type FilePart<Source = MediaSource> = OfResult & {
  readonly type: 'file';
  readonly source: Source;
  /** Name to show to the model, e.g. `report.pdf`. */
  readonly name?: string;
  readonly cache?: CacheTtl;
};
export type MediaPart<Source = MediaSource> = ImagePart<Source> | AudioPart<Source> | FilePart<Source>;
export type UserPart<Source = MediaSource> = TextPart | MediaPart<Source>;

/** A reasoning block as a provider gave it, to be passed back on the next turn. */
export type ReasoningBlock = {
  readonly text: string;
  /** Opaque proof that the block is the provider's own; bound to that provider, which is sealed into it. */
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

export type Message<Source = MediaSource> =
  | { readonly role: 'system'; readonly text: string; readonly cache?: CacheTtl }
  | { readonly role: 'user'; readonly parts: readonly UserPart<Source>[] }
  | {
      readonly role: 'assistant';
      readonly text: string;
      readonly reasoning: readonly ReasoningBlock[];
      readonly toolCalls: readonly ToolCall[];
      readonly cache?: CacheTtl;
    }
  | {
      readonly role: 'tool';
      readonly toolCallId: string;
      readonly name?: string;
      readonly text: string;
      readonly isError: boolean;
      readonly cache?: CacheTtl;
    };

export type Tool = {
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of the arguments. */
  readonly parameters: JsonObject;
  /** Ask the provider to guarantee that arguments match the schema. */
  readonly strict?: boolean;
  readonly cache?: CacheTtl;
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

export const REASONING_EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'max'] as const;
export type ReasoningEffort = (typeof REASONING_EFFORTS)[number];

/** How a provider is to treat a request, and at what price. BATCH is for work that is handed in as a batch. */
export const SERVICE_TIERS = ['STANDARD', 'BATCH', 'FLEX', 'PRIORITY', 'FAST'] as const;
export type ServiceTier = (typeof SERVICE_TIERS)[number];

/** What to ask of a model, in no provider's words. Absent means: the provider's default. */
export type CompletionRequest<Source = MediaSource> = {
  readonly messages: readonly Message<Source>[];
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
  /** Log probabilities of the output's tokens, and of so many alternatives (0 to 20) to each. */
  readonly logprobs?: { readonly top: number };
  readonly serviceTier?: ServiceTier;
  /**
   * Where the model must run, see `region.ts`. A candidate that is not known to run there, and cannot be told to, is none. As
   * a provider gets it, in its own word; absent if it is told nothing.
   */
  readonly inferenceRegion?: string;
  /** Tags that are kept in the ledger and passed to providers that take them. */
  readonly metadata?: { readonly [key: string]: string };
  /** The caller's own end-user id, for the provider's abuse detection. */
  readonly user?: string;
};

/** Parameters a provider may be unable to honour. It gets an inference region only if it takes one. */
export type RequestParameter =
  | Exclude<keyof CompletionRequest, 'messages' | 'inferenceRegion'>
  | 'imageUrl'
  | 'imageData'
  | 'audioUrl'
  | 'audioData'
  | 'fileUrl'
  | 'fileData'
  /** Marks in the prompt; see `CacheTtl`. */
  | 'cache';

const ALL_PARAMETERS: { readonly [Name in RequestParameter]: true } = {
  tools: true,
  toolChoice: true,
  parallelToolCalls: true,
  output: true,
  maxOutputTokens: true,
  temperature: true,
  topP: true,
  topK: true,
  frequencyPenalty: true,
  presencePenalty: true,
  seed: true,
  stop: true,
  reasoningEffort: true,
  reasoningMaxTokens: true,
  logprobs: true,
  serviceTier: true,
  metadata: true,
  user: true,
  imageUrl: true,
  imageData: true,
  audioUrl: true,
  audioData: true,
  fileUrl: true,
  fileData: true,
  cache: true,
};

const isRequestParameter = (name: string): name is RequestParameter => Object.hasOwn(ALL_PARAMETERS, name);

export const REQUEST_PARAMETERS: readonly RequestParameter[] =
  Object.keys(ALL_PARAMETERS).filter(isRequestParameter);

/** What a provider cannot do of what was asked. */
export type Unsupported<Name extends string = RequestParameter> = {
  readonly name: Name;
  readonly problem: string;
  /** Without it the answer would be another one: it cannot be left out by this server. */
  readonly isEssential?: true;
  /** The provider takes it and does nothing: a client's own request keeps it. */
  readonly isTaken?: true;
};

/** What parameters are where nobody sets them: a request that says so asks for nothing. */
const DEFAULTS: Partial<CompletionRequest> = {
  topP: 1,
  frequencyPenalty: 0,
  presencePenalty: 0,
  parallelToolCalls: true,
};

/** Whether a parameter has the value that it has everywhere by default. */
export const isDefault = (request: CompletionRequest, name: RequestParameter): boolean => {
  const parameters: { readonly [name: string]: unknown } = request;
  const defaults: { readonly [name: string]: unknown } = DEFAULTS;
  return defaults[name] !== undefined && parameters[name] === defaults[name];
};
