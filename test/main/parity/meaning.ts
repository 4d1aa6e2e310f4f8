import type { Piece, Script } from '../../support/upstream.ts';

// biome-ignore lint/suspicious/noExplicitAny: bodies of several dialects
export type Json = any;

/** Why a model stopped, in no dialect's words. NOVEL: a word that nobody knows. */
export type End = 'STOP' | 'LENGTH' | 'WINDOW' | 'TOOLS' | 'FILTERED' | 'REFUSED' | 'PAUSED' | 'NOVEL';

/** `input` holds the cached ones and those written to a cache, `output` those of reasoning. */
export type Counts = {
  readonly input: number;
  readonly cached: number;
  readonly written: number;
  readonly output: number;
  readonly reasoning: number;
};

export type Call = { readonly id?: string; readonly name: string; readonly arguments: string };

/** What a provider answers. */
export type Said = {
  readonly reasoning?: { readonly text: string; readonly signature?: string };
  readonly text?: string;
  /** What it says in place of an answer. */
  readonly refusal?: string;
  readonly calls?: readonly Call[];
  readonly end: End;
  /** Undefined: it does not say. */
  readonly usage: Counts | undefined;
  /** In a stream, usage follows the end marker. */
  readonly isUsageLate?: boolean;
};

/** How a provider fails. */
export type Fault =
  | 'RATE_LIMIT'
  | 'QUOTA'
  | 'CONTEXT'
  | 'KEY'
  | 'OVERLOAD'
  | 'FILTER'
  | 'BAD_REQUEST'
  | 'NO_MODEL'
  | 'BROKEN';

/** CUT: the stream ends before the answer does, and nothing says why. */
export type Failed = Fault | 'CUT';

/** What a client of any face has read. Absent is what the answer does not hold. */
export type Heard = {
  readonly text: string;
  readonly refusal: string;
  readonly reasoning: string;
  readonly calls: readonly Required<Call>[];
  /** The face's own word. */
  readonly end: string;
  readonly usage: Counts | undefined;
};

/** One step of a conversation that a client sends. */
export type Turn =
  | { readonly role: 'user'; readonly text: string }
  | { readonly role: 'assistant'; readonly text?: string; readonly calls: readonly Required<Call>[] }
  | { readonly role: 'tools'; readonly results: readonly Result[] };

/** `image`: a PNG in base64. */
export type Result = { readonly id: string; readonly text: string; readonly image?: string };

/** How much a model is asked to reason. */
export type Effort = 'OFF' | 'HIGH';

/** What a provider was asked, read from its own dialect. */
export type Asked = {
  /** Ids where the dialect has them, else names. */
  readonly calls: readonly string[];
  readonly results: readonly {
    readonly id: string;
    readonly text: string;
    readonly images: readonly string[];
  }[];
  readonly reasoning: readonly string[];
  readonly signatures: readonly string[];
  readonly effort: Effort | undefined;
};

/** An answer's stream in parts, so that it can break off or go on after its end. */
export type Frames = { readonly content: readonly Piece[]; readonly ending: readonly Piece[] };

/** `retryAfter`: the seconds that it asks to wait. */
export type Failing = { readonly whole?: Script; readonly frame: Piece; readonly retryAfter?: number };

/** How providers of one dialect write and read. */
export type Upstream = {
  readonly name: string;
  /** Which face passes its answers on as they come. */
  readonly passedOnBy?: 'chat' | 'responses' | 'messages';
  /** Offerings begin so: what follows makes each its own. */
  readonly offering: string;
  /** Words for an end; a meaning that is missing cannot be said. */
  readonly words: { readonly [Meaning in End]?: string };
  /** What of the counts it can tell. */
  readonly tells: (counts: Counts) => Counts;
  /** Whether it gives ids to calls, proofs of reasoning, refusals in words of their own, usage after the end. */
  readonly has: {
    readonly ids: boolean;
    /** Arguments of calls are text as the model wrote it. */
    readonly callsAsText: boolean;
    readonly signatures: boolean;
    readonly refusals: boolean;
    readonly lateUsage: boolean;
    /** Images in conversations. */
    readonly images: boolean;
    /** Places for the reasoning of earlier turns. */
    readonly history: boolean;
  };
  /** Which ids of calls it takes, and whether each may stand for one call alone. */
  readonly idsTaken: RegExp;
  readonly areIdsUnique: boolean;
  readonly whole: (said: Said) => Script;
  readonly frames: (said: Said) => Frames;
  readonly stream: (frames: readonly Piece[]) => Script;
  /** An answer of another status than 200; undefined where it has no such fault. */
  readonly refuses: (fault: Fault) => Script | undefined;
  /** The same inside an answer of status 200: whole, if the dialect can say so, and as a frame. */
  readonly fails: (fault: Fault) => Failing | undefined;
  readonly asked: (body: Json) => Asked;
};

export const RETRY_AFTER_SECONDS = 7;
