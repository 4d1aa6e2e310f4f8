import type { FormattedExecutionResult } from 'graphql-ws';

/** What the latest operation has brought so far, if it is a subscription. */
export type Streamed = {
  readonly events: number;
  /** Text of all text deltas, in order. */
  readonly text: string;
};

type StreamedResult = FormattedExecutionResult<Record<string, unknown>, unknown>;

export type StreamAction =
  | { readonly type: 'started' }
  | { readonly type: 'event'; readonly result: StreamedResult };

export const NOTHING_STREAMED: Streamed = { events: 0, text: '' };

/** Gathers a stream of completion events: the editor's own result pane shows the last one alone. */
export const gather = (streamed: Streamed, action: StreamAction): Streamed => {
  switch (action.type) {
    case 'started':
      return NOTHING_STREAMED;
    case 'event':
      return { events: streamed.events + 1, text: streamed.text + textDeltas(action.result) };
  }
};

const textDeltas = ({ data }: StreamedResult): string =>
  Object.values(data ?? {})
    .map((event) => (isTextDelta(event) ? event.text : ''))
    .join('');

const isTextDelta = (event: unknown): event is { readonly text: string } =>
  typeof event === 'object' &&
  event !== null &&
  '__typename' in event &&
  event.__typename === 'TextDelta' &&
  'text' in event &&
  typeof event.text === 'string';
