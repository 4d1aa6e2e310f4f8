import { ANTHROPIC, chatAsk, OPENAI, subscription, subscriptionAsk } from './asks.ts';
import { throughPortkey } from './portkey.ts';
import { type Servers, startServers } from './servers.ts';
import type { Transport } from './streams-message.ts';
import type { Subject } from './subject.ts';

export type StreamSubject = Subject & { readonly transport: Transport };

export const socketAsk = (coalesceMs?: number) => ({
  path: '/graphql',
  body: JSON.stringify(subscription(coalesceMs)),
});

export const startStreamServers = (options?: { readonly portkey: boolean }): Promise<Servers> =>
  startServers({ upstream: 'streams-upstream.ts', bare: 'streams-bare-proxy.ts' }, options);

const streamed = { stream: true };

/** The floor, the peer and every way in which the server streams, in the order of the table. */
export const streamSubjects = ({ upstream, bare, ours, portkey }: Servers): readonly StreamSubject[] => {
  const http = { transport: 'HTTP' } as const;
  const socket = { transport: 'GRAPHQL_WS' } as const;
  const chat = chatAsk('gpt-4o-mini', streamed);
  const peer: StreamSubject[] =
    portkey === undefined
      ? []
      : [
          {
            id: 'portkey',
            name: '@portkey-ai/gateway',
            process: portkey,
            ask: throughPortkey(chat, upstream.url),
            ...http,
          },
        ];
  const name = 'modelgraph GraphQL, subscription';
  return [
    { id: 'upstream', name: 'no gateway: straight to the upstream', process: upstream, ask: chat, ...http },
    { id: 'bare', name: 'bare SSE proxy (node:http + undici)', process: bare, ask: chat, ...http },
    ...peer,
    {
      id: 'chat',
      name: 'modelgraph REST, chat passed through',
      process: ours,
      ask: chatAsk(OPENAI, streamed),
      ...http,
    },
    {
      id: 'translated',
      name: 'modelgraph REST, chat translated from Anthropic',
      process: ours,
      ask: chatAsk(ANTHROPIC, streamed),
      ...http,
    },
    { id: 'subscription', name: `${name} over SSE`, process: ours, ask: subscriptionAsk(), ...http },
    {
      id: 'subscription-each',
      name: `${name} over SSE, coalesceMs: 0`,
      process: ours,
      ask: subscriptionAsk(0),
      ...http,
    },
    { id: 'subscription-ws', name: `${name} over graphql-ws`, process: ours, ask: socketAsk(), ...socket },
    {
      id: 'subscription-ws-each',
      name: `${name} over graphql-ws, coalesceMs: 0`,
      process: ours,
      ask: socketAsk(0),
      ...socket,
    },
  ];
};
