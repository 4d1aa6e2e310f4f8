import type { Effort, Heard, Json, Turn } from './meaning.ts';
import type { ParityServer } from './server.ts';

/** `answer`: as the face writes a whole one, put together if it was streamed. `warnings`: how many of a whole one. */
export type Reply =
  | { readonly kind: 'ANSWER'; readonly answer: Json; readonly warnings: number }
  /** `retryAfter` in seconds. */
  | { readonly kind: 'ERROR'; readonly word: string; readonly retryAfter: number | undefined };

export type Request = {
  readonly model: string;
  readonly history: readonly Json[];
  readonly isStreamed: boolean;
  readonly effort?: Effort;
};

/** How clients of one face speak and read. */
export type Face = {
  readonly name: FaceName;
  /** Turns in the face's own form. */
  readonly history: (turns: readonly Turn[]) => readonly Json[];
  /** An answer as a client gives it back. */
  readonly given: (answer: Json) => readonly Json[];
  readonly ask: (parity: ParityServer, request: Request) => Promise<Reply>;
  readonly hear: (answer: Json) => Heard;
};

export type FaceName = 'chat' | 'responses' | 'messages' | 'graph';

export const TOOL = {
  name: 'look',
  description: 'Looks at something.',
  parameters: { type: 'object', properties: { at: { type: 'string' } } },
} as const;
