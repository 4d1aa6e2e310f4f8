import { ANTHROPIC, chatAsk, messagesAsk, mutationAsk, OPENAI } from './asks.ts';
import { isPortkeyInstalled, startPortkey, throughPortkey } from './portkey.ts';
import { type Process, startModelgraph, startProgram } from './processes.ts';
import type { Subject } from './subject.ts';

/** The provider's own name of the model, for whoever hands the request on as it is. */
const UPSTREAM_MODEL = 'gpt-4o-mini';

export type Servers = {
  readonly upstream: Process;
  readonly bare: Process;
  readonly ours: Process;
  /** Absent where it is not installed, or not asked for. */
  readonly portkey?: Process;
  stop(): Promise<void>;
};

export const startServers = async ({ portkey: wantsPortkey = true } = {}): Promise<Servers> => {
  const started: Process[] = [];
  const keep = async (starting: Promise<Process>): Promise<Process> => {
    const process = await starting;
    started.push(process);
    return process;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((process) => process.stop()));
  };
  try {
    const upstream = await keep(startProgram('upstream.ts'));
    const bare = await keep(startProgram('bare-proxy.ts', upstream.url));
    const ours = await keep(startModelgraph(upstream.url));
    const portkey = wantsPortkey && isPortkeyInstalled() ? await keep(startPortkey()) : undefined;
    return { upstream, bare, ours, ...(portkey !== undefined && { portkey }), stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

/** Who answers in one piece: the floor, the peers and the faces, in the order of the table. */
export const wholeSubjects = ({ upstream, bare, ours, portkey }: Servers): readonly Subject[] => {
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
