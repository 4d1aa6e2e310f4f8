import { ANTHROPIC, chatAsk, messagesAsk, mutationAsk, OPENAI } from './asks.ts';
import { throughPortkey } from './portkey.ts';
import { type ServerOptions, type Servers, startServers } from './servers.ts';
import type { Subject } from './subject.ts';

/** The provider's own name of the model, for whoever hands the request on as it is. */
const UPSTREAM_MODEL = 'gpt-4o-mini';

export const startWholeServers = (options?: ServerOptions): Promise<Servers> =>
  startServers({ upstream: 'upstream.ts', bare: 'bare-proxy.ts' }, options);

/** Who answers in one piece: the floor, the peers and the faces, in the order of the table. */
export const wholeSubjects = ({ upstream, bare, ours, onPostgres, portkey }: Servers): readonly Subject[] => {
  const chat = chatAsk(UPSTREAM_MODEL);
  return [
    { id: 'upstream', name: 'no gateway: straight to the upstream', process: upstream, ask: chat },
    { id: 'bare', name: 'bare proxy (node:http + undici, JSON read and written)', process: bare, ask: chat },
    ...(portkey === undefined
      ? []
      : [
          {
            id: 'portkey',
            name: '@portkey-ai/gateway',
            process: portkey,
            ask: throughPortkey(chat, upstream.url),
          },
        ]),
    { id: 'chat', name: 'modelgraph REST, chat passed through', process: ours, ask: chatAsk(OPENAI) },
    ...(onPostgres === undefined
      ? []
      : [
          {
            id: 'chat-postgres',
            name: 'modelgraph REST, chat passed through, ledger in Postgres',
            process: onPostgres,
            ask: chatAsk(OPENAI),
          },
        ]),
    {
      id: 'translated',
      name: 'modelgraph REST, chat translated for Anthropic',
      process: ours,
      ask: chatAsk(ANTHROPIC),
    },
    {
      id: 'messages',
      name: 'modelgraph REST, messages passed through',
      process: ours,
      ask: messagesAsk(ANTHROPIC),
    },
    { id: 'mutation', name: 'modelgraph GraphQL, mutation', process: ours, ask: mutationAsk },
  ];
};
