import type { JsonObject } from './json.ts';
import type { Dialect } from './provider.ts';

/** A part of a client's request that our own words have no place for. */
export type UnreadField = {
  /** Where it stands, in the client's names, e.g. `previous_response_id`, `tools[2]`. */
  readonly name: string;
  /** Without it the answer would be another one: only a provider that gets the request as it came may answer. */
  readonly isEssential: boolean;
};

/** What is known of messages that are text and nothing else, before they are read. */
export type PlainText = {
  readonly messages: number;
  /** Of users and of the model. */
  readonly turns: number;
  readonly userTurns: number;
  readonly characters: number;
};

/** How much a client wrote, found where its body was read. */
export type Extent = {
  /** Of the whole body. */
  readonly characters: number;
  /** Nowhere deeper than `MAX_JSON_LEVELS`. */
  readonly isFlat: boolean;
};

/**
 * A request as its client wrote it, beside our reading of it. A provider that speaks the client's dialect gets it so,
 * with fields that nobody here knows; its answer goes back as it came. All others get our reading of it.
 */
export type ClientRequest = {
  /** Absent: no provider speaks it, and all get our reading of it. */
  readonly dialect?: Dialect;
  /** Parsed; without what is meant for this server. The model's name and whether to stream are set for each provider. */
  readonly body: JsonObject;
  /** Headers that belong to the dialect, e.g. `anthropic-beta`; names in lower case. */
  readonly headers: { readonly [name: string]: string };
  readonly unread: readonly UnreadField[];
  /** Its messages are text and nothing else: who goes by that need not look at our reading of them. */
  readonly plain?: PlainText;
  /** All of our reading of it was written in so much. */
  readonly extent?: Extent;
  /** How many answers it asks for in one call; absent: one. */
  readonly choices?: number;
  /** What lies at addresses in it, for providers that fetch none. */
  readonly fetched?: ReadonlyMap<string, FetchedMedia>;
};

export type FetchedMedia = { readonly mediaType: string; readonly base64: string };

/** One event of a provider's stream, as it was sent. */
export type Frame = {
  /** Name of the server-sent event, where it has one. */
  readonly event?: string;
  readonly data: string;
};

/**
 * A piece of an answer as its provider sent it to a request that was passed on as it came: one event of a stream, or
 * the one whole answer. Comes just before the events that were read from it; a frame that says one piece of text and
 * nothing else comes with that piece, and not by itself. One that tells of a failure never comes.
 */
export type VerbatimEvent = Frame & {
  readonly type: 'verbatim';
  /** What `data` says, where it was read anyway. */
  readonly json?: JsonObject;
};
