import type { Process } from './processes.ts';
import type { Ask, Subject } from './subject.ts';

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

export const OPENAI = 'openai/gpt-4o-mini';
export const ANTHROPIC = 'anthropic/claude-sonnet-4-5';

const SSE = { accept: 'text/event-stream' };

/** Saved in the config file of the measured server: `OPENAI` and nothing else. */
export const ROUTE = 'route:bench';

export const chatAsk = (model: string, { stream = false } = {}): Ask => ({
  path: '/v1/chat/completions',
  body: chatBody(model, stream),
});
export const messagesAsk = (model: string, { stream = false } = {}): Ask => ({
  path: '/v1/messages',
  body: messagesBody(model, stream),
});
export const mutationAsk: Ask = {
  path: '/graphql',
  body: JSON.stringify({
    query: MUTATION,
    variables: { input: { ...graphInput(OPENAI), streamUpstream: false } },
  }),
};
/** What a subscription is asked with, over whatever transport; without `coalesceMs`, as it is by default. */
export const subscription = (coalesceMs?: number) => ({
  query: SUBSCRIPTION,
  variables: { input: { ...graphInput(OPENAI), ...(coalesceMs !== undefined && { coalesceMs }) } },
});
export const subscriptionAsk = (coalesceMs?: number): Ask => ({
  path: '/graphql/stream',
  headers: SSE,
  body: JSON.stringify(subscription(coalesceMs)),
});

export const wholeAsks = (bare: Process, ours: Process): readonly Subject[] => [
  { id: 'bare', name: 'bare proxy', process: bare, ask: chatAsk('gpt-4o-mini') },
  { id: 'chat', name: 'chat, passed through', process: ours, ask: chatAsk(OPENAI) },
  { id: 'translated', name: 'chat, translated', process: ours, ask: chatAsk(ANTHROPIC) },
  { id: 'messages', name: 'messages, passed through', process: ours, ask: messagesAsk(ANTHROPIC) },
  { id: 'mutation', name: 'mutation of the graph', process: ours, ask: mutationAsk },
];

const streamed = { stream: true };
export const streamAsks = (bare: Process, ours: Process): readonly Subject[] => [
  { id: 'bare', name: 'bare proxy', process: bare, ask: chatAsk('gpt-4o-mini', streamed) },
  { id: 'chat', name: 'chat, passed through', process: ours, ask: chatAsk(OPENAI, streamed) },
  { id: 'translated', name: 'chat, translated', process: ours, ask: chatAsk(ANTHROPIC, streamed) },
  { id: 'messages', name: 'messages, passed through', process: ours, ask: messagesAsk(ANTHROPIC, streamed) },
  { id: 'subscription', name: 'subscription over SSE', process: ours, ask: subscriptionAsk(0) },
];

/** A conversation of so many messages. */
export const historyAsk = (count: number): Ask => ({
  path: '/v1/chat/completions',
  body: JSON.stringify({
    model: OPENAI,
    messages: Array.from({ length: count }, (_, index) => ({
      role: index % 2 === 0 ? 'user' : 'assistant',
      content: `${index}: ${TURN}`,
    })),
  }),
});

/** As agents offer them: so many tools, each with three parameters. */
export const toolsAsk = (count: number): Ask => ({
  path: '/v1/chat/completions',
  body: JSON.stringify({
    model: OPENAI,
    messages: [{ role: 'user', content: TURN }],
    tools: Array.from({ length: count }, (_, index) => ({
      type: 'function',
      function: {
        name: `look_up_${index}`,
        description: 'Looks something up where it is kept, and tells what it found there.',
        parameters: {
          type: 'object',
          properties: {
            query: { type: 'string', description: 'What is looked for, in the words of whoever asks.' },
            limit: { type: 'integer', minimum: 1, maximum: 100 },
            order: { type: 'string', enum: ['newest', 'oldest', 'best'] },
          },
          required: ['query'],
          additionalProperties: false,
        },
      },
    })),
  }),
});

export const embeddingsAsk: Ask = {
  path: '/v1/embeddings',
  body: JSON.stringify({ model: 'openai/text-embedding-3-small', input: TURN.repeat(4) }),
  expected: '"embedding"',
};

/** As it comes from coding agents: a prompt of some 32,000 tokens. */
export const longPromptAsk: Ask = {
  path: '/v1/chat/completions',
  body: JSON.stringify({
    model: OPENAI,
    messages: [{ role: 'user', content: 'The river bends to the left, then falls. '.repeat(3_200) }],
  }),
};

const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(1_000_000, 'x')]);
/** 1 MB of a picture, in base64. */
export const pictureAsk: Ask = {
  path: '/v1/chat/completions',
  body: JSON.stringify({
    model: OPENAI,
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG.toString('base64')}` } },
        ],
      },
    ],
  }),
};
