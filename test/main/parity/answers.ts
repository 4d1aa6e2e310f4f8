import type { FaceName } from './faces.ts';
import type { Counts, End, Failed, Fault, Heard, Said, Upstream } from './meaning.ts';

/** An end in each face's own word. */
export const END_WORDS: { readonly [Meaning in End]: { readonly [Name in FaceName]: string } } = {
  STOP: { chat: 'stop', responses: 'completed', messages: 'end_turn', graph: 'STOP' },
  LENGTH: { chat: 'length', responses: 'max_output_tokens', messages: 'max_tokens', graph: 'LENGTH' },
  WINDOW: {
    chat: 'length',
    responses: 'max_output_tokens',
    messages: 'model_context_window_exceeded',
    graph: 'LENGTH',
  },
  TOOLS: { chat: 'tool_calls', responses: 'completed', messages: 'tool_use', graph: 'TOOL_CALLS' },
  FILTERED: {
    chat: 'content_filter',
    responses: 'content_filter',
    messages: 'refusal',
    graph: 'CONTENT_FILTER',
  },
  REFUSED: { chat: 'content_filter', responses: 'content_filter', messages: 'refusal', graph: 'REFUSAL' },
  PAUSED: { chat: 'length', responses: 'pause_turn', messages: 'pause_turn', graph: 'PAUSED' },
  NOVEL: { chat: 'unknown', responses: 'unknown', messages: 'unknown', graph: 'UNKNOWN' },
};

type FaultWords = {
  /** Status and word of OpenAI's two faces, and of Anthropic's. */
  readonly openai: readonly [number, string];
  readonly messages: readonly [number, string];
  readonly graph: string;
};

/** A fault in each face's own words; a stream that has begun tells them without the status. */
export const FAULT_WORDS: { readonly [Each in Failed]: FaultWords } = {
  RATE_LIMIT: {
    openai: [429, 'rate_limit_exceeded'],
    messages: [429, 'rate_limit_error'],
    graph: 'RATE_LIMITED',
  },
  QUOTA: { openai: [429, 'insufficient_quota'], messages: [402, 'billing_error'], graph: 'QUOTA_EXHAUSTED' },
  CONTEXT: {
    openai: [400, 'context_length_exceeded'],
    messages: [400, 'invalid_request_error'],
    graph: 'CONTEXT_LENGTH_EXCEEDED',
  },
  // The server's own key: the client's is right.
  KEY: { openai: [502, 'authentication'], messages: [500, 'api_error'], graph: 'AUTHENTICATION' },
  OVERLOAD: { openai: [503, 'overloaded'], messages: [529, 'overloaded_error'], graph: 'OVERLOADED' },
  FILTER: {
    openai: [400, 'content_filter'],
    messages: [400, 'invalid_request_error'],
    graph: 'CONTENT_FILTERED',
  },
  BAD_REQUEST: {
    openai: [400, 'invalid_request'],
    messages: [400, 'invalid_request_error'],
    graph: 'INVALID_REQUEST',
  },
  NO_MODEL: {
    openai: [404, 'model_not_found'],
    messages: [404, 'not_found_error'],
    graph: 'MODEL_NOT_FOUND',
  },
  CUT: { openai: [502, 'truncated'], messages: [500, 'api_error'], graph: 'TRUNCATED' },
  BROKEN: { openai: [502, 'server_error'], messages: [500, 'api_error'], graph: 'SERVER_ERROR' },
};

/** How providers fail: by the status, inside an answer of status 200 and, those that need no request to be read, midway. */
export const FAULTS: readonly { readonly fault: Fault; readonly isMidway: boolean }[] = [
  { fault: 'RATE_LIMIT', isMidway: true },
  { fault: 'QUOTA', isMidway: false },
  { fault: 'CONTEXT', isMidway: false },
  { fault: 'KEY', isMidway: false },
  { fault: 'OVERLOAD', isMidway: true },
  { fault: 'FILTER', isMidway: true },
  { fault: 'BAD_REQUEST', isMidway: false },
  { fault: 'NO_MODEL', isMidway: false },
  { fault: 'BROKEN', isMidway: true },
];

const PLAIN: Counts = { input: 30, cached: 0, written: 0, output: 12, reasoning: 0 };
const CACHED: Counts = { ...PLAIN, cached: 20 };
const WRITTEN: Counts = { ...CACHED, written: 7 };
const REASONED: Counts = { ...CACHED, reasoning: 5 };
const NOTHING: Counts = { input: 0, cached: 0, written: 0, output: 0, reasoning: 0 };
const BROKEN = '{"at":"the s';
const LOOK = { name: 'look', arguments: '{"at":"the sea"}' };

export type AnswerSituation = {
  readonly title: string;
  readonly said: Said;
  /** Whether a dialect can say it. */
  readonly isFor?: (upstream: Upstream) => boolean;
  readonly isStreamOnly?: boolean;
  /** What differs on a face from what was said. */
  readonly heard?: (face: FaceName, upstream: Upstream) => Partial<Heard>;
};

/** What providers answer. Every face hears the same. */
export const ANSWERS: readonly AnswerSituation[] = [
  ...(Object.keys(END_WORDS) as readonly End[])
    .filter((end) => end !== 'TOOLS')
    .map((end) => ({ title: `an end: ${end}`, said: { text: 'Hi', end, usage: PLAIN } })),
  {
    title: 'a call',
    said: { calls: [{ id: 'call_Aa1Bb2Cc3', ...LOOK }], end: 'TOOLS', usage: PLAIN },
  },
  {
    title: 'text and calls',
    said: {
      text: 'I look.',
      calls: [
        { id: 'call_Aa1Bb2Cc3', ...LOOK },
        { id: 'call_Dd1Ee2Ff3', name: 'look', arguments: '{}' },
      ],
      end: 'TOOLS',
      usage: PLAIN,
    },
  },
  { title: 'reasoning', said: { reasoning: { text: 'Hm.' }, text: 'Hi', end: 'STOP', usage: PLAIN } },
  {
    title: 'reasoning with its proof',
    said: { reasoning: { text: 'Hm.', signature: 'U0lHTkVE' }, text: 'Hi', end: 'STOP', usage: PLAIN },
    isFor: ({ has }) => has.signatures,
  },
  {
    title: 'a refusal in words',
    said: { refusal: 'I will not.', end: 'STOP', usage: PLAIN },
    isFor: ({ has }) => has.refusals,
    heard(face) {
      if (face === 'messages') return { text: 'I will not.', refusal: '', end: 'refusal' };
      return face === 'graph' ? { end: 'REFUSAL' } : {};
    },
  },
  {
    title: 'a refusal that is explained',
    said: { text: 'Hi', refusal: 'I will not.', end: 'REFUSED', usage: PLAIN },
    heard(face) {
      switch (face) {
        case 'chat':
          return { end: 'stop' };
        case 'responses':
          return { end: 'completed' };
        case 'messages':
          // Beside the stop reason.
          return { refusal: '' };
        case 'graph':
          return {};
      }
    },
  },
  { title: 'cached tokens', said: { text: 'Hi', end: 'STOP', usage: CACHED } },
  {
    title: 'tokens written to a cache',
    said: { text: 'Hi', end: 'STOP', usage: WRITTEN },
  },
  {
    title: 'no usage',
    said: { text: 'Hi', end: 'STOP', usage: undefined },
    // The format has no word for what is not known: `modelgraph.cost` says so.
    heard: (face) => (face === 'messages' ? { usage: NOTHING } : {}),
  },
  {
    title: 'calls under the word for a plain end',
    said: { calls: [{ id: 'call_Aa1Bb2Cc3', ...LOOK }], end: 'STOP', usage: PLAIN },
    heard: (face, { passedOnBy }) => (face === passedOnBy ? {} : { end: END_WORDS.TOOLS[face] }),
  },
  {
    // Of dialects that relays speak.
    title: 'calls without ids',
    said: { calls: [LOOK, { name: 'look', arguments: '{}' }], end: 'TOOLS', usage: PLAIN },
    isFor: ({ passedOnBy }) => passedOnBy !== undefined,
  },
  {
    title: 'calls with no arguments',
    said: { calls: [{ id: 'call_Aa1Bb2Cc3', name: 'look', arguments: '{}' }], end: 'TOOLS', usage: PLAIN },
  },
  {
    title: 'a call whose arguments are no JSON',
    said: { calls: [{ id: 'call_Aa1Bb2Cc3', name: 'look', arguments: BROKEN }], end: 'TOOLS', usage: PLAIN },
    isFor: ({ has }) => has.callsAsText,
    // Its arguments are an object: the text is a member of it.
    heard: (face) =>
      face === 'messages'
        ? {
            calls: [{ id: 'call_Aa1Bb2Cc3', name: 'look', arguments: JSON.stringify({ arguments: BROKEN }) }],
          }
        : {},
  },
  { title: 'nothing', said: { text: '', end: 'STOP', usage: PLAIN } },
  { title: 'reasoning tokens', said: { text: 'Hi', end: 'STOP', usage: REASONED } },
  {
    title: 'usage after the end',
    said: { text: 'Hi', end: 'STOP', usage: REASONED, isUsageLate: true },
    isFor: ({ has }) => has.lateUsage,
    isStreamOnly: true,
  },
];
