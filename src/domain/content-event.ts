import type { Frame } from './client-request.ts';
import type { Usage } from './usage.ts';

/** Why a model stopped. UNKNOWN: the provider gave a reason that has no counterpart here; see the raw one. */
export type FinishReason =
  | 'STOP'
  | 'LENGTH'
  | 'TOOL_CALLS'
  | 'CONTENT_FILTER'
  | 'REFUSAL'
  | 'PAUSED'
  | 'UNKNOWN';

/** A token of the output and how likely the model held it to be. */
export type TokenLogprob = {
  readonly token: string;
  /** Natural logarithm of the probability. */
  readonly logprob: number;
  /** Alternatives at this place, the likeliest first; the token itself may be among them. */
  readonly top: readonly { readonly token: string; readonly logprob: number }[];
};

/** What an answer rests on: a page, or a place in a document of the prompt. */
export type Source = {
  readonly url?: string;
  readonly title?: string;
  /** The words of the source that are cited. */
  readonly citedText?: string;
  /** Which of the prompt's documents it is, counted from 0. */
  readonly documentIndex?: number;
};

/** Pieces of an answer, the same from every provider. Tool calls are keyed by `index`, which counts from 0. */
export type ContentEvent =
  | {
      readonly type: 'textDelta';
      readonly text: string;
      /** Of the tokens of this text, where they were asked for; the text may be empty where they come late. */
      readonly logprobs?: readonly TokenLogprob[];
      /** What said this and nothing else, in an answer that is passed on as it came: it goes to the client in its place. */
      readonly frame?: Frame;
    }
  /** Text of reasoning; `signature` closes a block and proves it; `redacted` blocks have only a signature. */
  | {
      readonly type: 'reasoningDelta';
      readonly text: string;
      readonly signature?: string;
      readonly redacted?: boolean;
    }
  | { readonly type: 'toolCallStarted'; readonly index: number; readonly id: string; readonly name: string }
  | { readonly type: 'toolCallDelta'; readonly index: number; readonly argumentsDelta: string }
  /** The whole call, for clients that do not assemble deltas. */
  | {
      readonly type: 'toolCallEnded';
      readonly index: number;
      readonly id: string;
      readonly name: string;
      readonly arguments: string;
      readonly signature?: string;
    }
  | ({ readonly type: 'source' } & Source)
  | { readonly type: 'refusalDelta'; readonly text: string };

/** Latest usage as the provider reports it: replaces what came before, is never added to it. */
export type UsageEvent = { readonly type: 'usageUpdated'; readonly usage: Usage };
