import type { Process } from './processes.ts';

/** One way to ask for the same. */
export type Ask = {
  readonly name: string;
  readonly server: Process;
  readonly path: string;
  readonly body: string;
  readonly accept?: string;
};

const TURN = 'Tell me, in a few sentences, how a river finds its way to the sea. ';
const MESSAGES = [
  { role: 'user', content: TURN.repeat(2) },
  { role: 'assistant', content: 'It follows the slope of the land. '.repeat(4) },
  { role: 'user', content: 'And where there is none?' },
];
const SYSTEM = 'You are a geographer who answers plainly.';

const chatBody = (model: string, stream: boolean): string =>
  JSON.stringify({
    model,
    messages: [{ role: 'system', content: SYSTEM }, ...MESSAGES],
    temperature: 0.5,
    max_tokens: 500,
    stream,
    ...(stream && { stream_options: { include_usage: true } }),
  });
const messagesBody = (model: string, stream: boolean): string =>
  JSON.stringify({ model, system: SYSTEM, messages: MESSAGES, temperature: 0.5, max_tokens: 500, stream });

const graphInput = (model: string) => ({
  model,
  messages: [
    { system: { text: SYSTEM } },
    ...MESSAGES.map(({ role, content }) => ({ [role]: { text: content } })),
  ],
  temperature: 0.5,
  maxOutputTokens: 500,
});
const MUTATION = `mutation ($input: CompletionInput!) { complete(input: $input) { __typename ... on Completion {
  id text finishReason usage { input output } cost { __typename } } } }`;
const SUBSCRIPTION = `subscription ($input: CompletionInput!) { completion(input: $input) { __typename
  ... on TextDelta { text } ... on CompletionFinished { finishReason } } }`;

const OPENAI = 'openai/gpt-4o-mini';
const ANTHROPIC = 'anthropic/claude-sonnet-4-5';

export const wholeAsks = (bare: Process, ours: Process): readonly Ask[] => [
  { name: 'bare proxy', server: bare, path: '/v1/chat/completions', body: chatBody('gpt-4o-mini', false) },
  { name: 'chat, passed through', server: ours, path: '/v1/chat/completions', body: chatBody(OPENAI, false) },
  { name: 'chat, translated', server: ours, path: '/v1/chat/completions', body: chatBody(ANTHROPIC, false) },
  {
    name: 'messages, passed through',
    server: ours,
    path: '/v1/messages',
    body: messagesBody(ANTHROPIC, false),
  },
  {
    name: 'mutation of the graph',
    server: ours,
    path: '/graphql',
    body: JSON.stringify({
      query: MUTATION,
      variables: { input: { ...graphInput(OPENAI), streamUpstream: false } },
    }),
  },
];

export const streamAsks = (bare: Process, ours: Process): readonly Ask[] => [
  { name: 'bare proxy', server: bare, path: '/v1/chat/completions', body: chatBody('gpt-4o-mini', true) },
  { name: 'chat, passed through', server: ours, path: '/v1/chat/completions', body: chatBody(OPENAI, true) },
  { name: 'chat, translated', server: ours, path: '/v1/chat/completions', body: chatBody(ANTHROPIC, true) },
  {
    name: 'messages, passed through',
    server: ours,
    path: '/v1/messages',
    body: messagesBody(ANTHROPIC, true),
  },
  {
    name: 'subscription over SSE',
    server: ours,
    path: '/graphql/stream',
    accept: 'text/event-stream',
    body: JSON.stringify({
      query: SUBSCRIPTION,
      variables: { input: { ...graphInput(OPENAI), coalesceMs: 0 } },
    }),
  },
];

/** As it comes from coding agents: a prompt of some 32,000 tokens. */
export const longPrompt = (ours: Process): Ask => ({
  name: 'a prompt of 32k tokens',
  server: ours,
  path: '/v1/chat/completions',
  body: JSON.stringify({
    model: OPENAI,
    messages: [{ role: 'user', content: 'The river bends to the left, then falls. '.repeat(3_200) }],
  }),
});

/** 1 MB of a picture, in base64. */
export const picture = (ours: Process): Ask => ({
  name: 'a picture of 1 MB',
  server: ours,
  path: '/v1/chat/completions',
  body: JSON.stringify({
    model: OPENAI,
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          {
            type: 'image_url',
            image_url: {
              url: `data:image/png;base64,${Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(1_000_000, 'x')]).toString('base64')}`,
            },
          },
        ],
      },
    ],
  }),
});

/** The same, sent to the floor. */
export const bareOf = (ask: Ask, bare: Process): Ask => ({ ...ask, server: bare });
