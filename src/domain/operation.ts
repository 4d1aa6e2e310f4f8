import type { CompletionRequest, MediaSource, RemoteSource } from './completion-request.ts';

/** All that can be asked of a model besides a completion. */
export const OPERATION_KINDS = [
  'EMBEDDING',
  'IMAGE_GENERATION',
  'SPEECH',
  'TRANSCRIPTION',
  'RERANK',
  'MODERATION',
  'TOKEN_COUNT',
] as const;
export type OperationKind = (typeof OPERATION_KINDS)[number];

/** All that can be asked of a model. */
export const OPERATIONS = ['COMPLETION', ...OPERATION_KINDS] as const;
export type Operation = (typeof OPERATIONS)[number];

/** Bytes and what they are. */
export type Media = {
  /** e.g. `image/png`. */
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  /** File name, where there is one. */
  readonly name?: string;
};
/** Media that are here, or that this server has to fetch before a provider is asked. */
export type MediaInput = Media | RemoteSource;

/** What the vectors are for; providers that tell purposes apart give better ones if they know. */
export type EmbeddingPurpose = 'QUERY' | 'DOCUMENT' | 'SIMILARITY' | 'CLASSIFICATION' | 'CLUSTERING';
export type EmbeddingRequest = {
  /** At least one; each gives one vector. */
  readonly inputs: readonly string[];
  /** Length of the vectors, where the model lets it be chosen. */
  readonly dimensions?: number;
  readonly purpose?: EmbeddingPurpose;
};
export type EmbeddingResult = {
  /** In the order of the inputs. */
  readonly vectors: readonly (readonly number[])[];
};

export type ImageGenerationRequest<Source = Media> = {
  readonly prompt: string;
  /** How many images; at least 1. */
  readonly count?: number;
  /** `WIDTHxHEIGHT` in pixels, e.g. `1024x1024`. */
  readonly size?: string;
  /** `WIDTH:HEIGHT`, e.g. `16:9`. */
  readonly aspectRatio?: string;
  /** The provider's own word, e.g. `high`, `hd`. */
  readonly quality?: string;
  /** The provider's own word, e.g. `vivid`. */
  readonly style?: string;
  readonly background?: 'TRANSPARENT' | 'OPAQUE' | 'AUTO';
  readonly format?: 'PNG' | 'JPEG' | 'WEBP';
  readonly seed?: number;
  /** Images to edit or to go by; empty: made from the prompt alone. */
  readonly images: readonly Source[];
  /** Where the first image may be changed: its transparent pixels. */
  readonly mask?: Source;
};
export type GeneratedImage<Image = Media> = {
  readonly image: Image;
  /** The prompt that the provider really used, where it says so. */
  readonly revisedPrompt?: string;
};
export type ImageGenerationResult<Image = Media> = {
  /** At least one. */
  readonly images: readonly GeneratedImage<Image>[];
};

export const AUDIO_FORMATS = ['MP3', 'WAV', 'OPUS', 'AAC', 'FLAC', 'PCM'] as const;
export type AudioFormat = (typeof AUDIO_FORMATS)[number];
export type SpeechRequest = {
  readonly text: string;
  /** The provider's own name or id of a voice. Absent: the provider's default, where it has one. */
  readonly voice?: string;
  readonly format?: AudioFormat;
  /** 1 is the usual pace. */
  readonly speed?: number;
  /** How to speak, in words. */
  readonly instructions?: string;
  /** ISO 639-1 code, e.g. `en`. */
  readonly language?: string;
};
export type SpeechResult = { readonly audio: Media };

export type TranscriptionRequest<Source = Media> = {
  readonly audio: Source;
  /** TRANSLATE: into English. */
  readonly task: 'TRANSCRIBE' | 'TRANSLATE';
  /** ISO 639-1 code of what is spoken; absent: found out. */
  readonly language?: string;
  /** Names and words that may occur. */
  readonly prompt?: string;
  readonly temperature?: number;
  /** How finely the text is placed in time. Default NONE. */
  readonly timestamps?: 'NONE' | 'SEGMENT' | 'WORD';
};
/** A piece of what was said, with its place in seconds from the beginning. */
export type TranscriptPiece = { readonly text: string; readonly start: number; readonly end: number };
export type TranscriptionResult = {
  readonly text: string;
  /** The language found, as the provider names it. */
  readonly language?: string;
  readonly durationSeconds?: number;
  readonly segments: readonly TranscriptPiece[];
  readonly words: readonly TranscriptPiece[];
};

export type RerankRequest = {
  readonly query: string;
  readonly documents: readonly string[];
  /** Only so many of the best. */
  readonly topN?: number;
};
export type RerankResult = {
  /** The most relevant first; `index` counts the request's documents from 0. */
  readonly ranking: readonly { readonly index: number; readonly score: number }[];
};

export type ModerationRequest<Source = Media> = {
  /** Each is judged on its own, where the provider does so. */
  readonly inputs: readonly (
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'image'; readonly image: Source }
  )[];
};
export type ModerationCategory = {
  /** The provider's own name, e.g. `self-harm/intent`. */
  readonly name: string;
  readonly flagged: boolean;
  /** 0 to 1, where the provider gives one. */
  readonly score?: number;
};
export type ModerationResult = {
  /** In the order of the inputs; one for all of them where the provider judges them together. */
  readonly verdicts: readonly {
    readonly flagged: boolean;
    readonly categories: readonly ModerationCategory[];
  }[];
};

/** What is counted is the prompt of a completion: its messages, tools and output schema. */
export type TokenCountRequest<Source = MediaSource> = CompletionRequest<Source>;
export type TokenCountResult = {
  readonly inputTokens: number;
  /** PROVIDER: counted by the provider for this model. ESTIMATE: counted here with a tokenizer of a near relative. */
  readonly method: 'PROVIDER' | 'ESTIMATE';
};

/** What each operation takes, as a provider gets it. */
export type OperationRequests = {
  readonly EMBEDDING: EmbeddingRequest;
  readonly IMAGE_GENERATION: ImageGenerationRequest;
  readonly SPEECH: SpeechRequest;
  readonly TRANSCRIPTION: TranscriptionRequest;
  readonly RERANK: RerankRequest;
  readonly MODERATION: ModerationRequest;
  readonly TOKEN_COUNT: TokenCountRequest;
};
/** What each operation takes, as a caller gives it: media may still have to be fetched. */
export type OperationInputs = {
  readonly EMBEDDING: EmbeddingRequest;
  readonly IMAGE_GENERATION: ImageGenerationRequest<MediaInput>;
  readonly SPEECH: SpeechRequest;
  readonly TRANSCRIPTION: TranscriptionRequest<MediaInput>;
  readonly RERANK: RerankRequest;
  readonly MODERATION: ModerationRequest<MediaInput>;
  readonly TOKEN_COUNT: TokenCountRequest<MediaSource | RemoteSource>;
};
/** What each operation gives, as a provider answers: images may come as an address that is still to be fetched. */
export type ProviderResults = {
  readonly EMBEDDING: EmbeddingResult;
  readonly IMAGE_GENERATION: ImageGenerationResult<MediaInput>;
  readonly SPEECH: SpeechResult;
  readonly TRANSCRIPTION: TranscriptionResult;
  readonly RERANK: RerankResult;
  readonly MODERATION: ModerationResult;
  readonly TOKEN_COUNT: TokenCountResult;
};
/** What each operation gives to its caller. */
export type OperationResults = {
  readonly [Kind in OperationKind]: Kind extends 'IMAGE_GENERATION'
    ? ImageGenerationResult
    : ProviderResults[Kind];
};
