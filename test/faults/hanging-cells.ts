import { WORKS, type Work } from '../golden/operation-works.ts';
import type { Face } from '../main/parity/faces.ts';
import type { Said, Upstream } from '../main/parity/meaning.ts';
import { FACES, UPSTREAMS } from '../main/parity/table.ts';
import { jsonAnswer, type Script, type UpstreamRequest } from '../support/upstream.ts';
import { FAULT_NAMES, type FaultName } from './faulty-server.ts';

/** Of a completion, or of an operation. */
export type Cell = {
  readonly name: string;
  readonly fault: FaultName;
  /** The route that is asked: the provider that hangs, then one that is well. */
  readonly route: string;
  readonly hangs: string;
  readonly answers: string;
  readonly asks:
    | { readonly kind: 'CHAT'; readonly face: Face; readonly isStreamed: boolean }
    | { readonly kind: 'OPERATION'; readonly work: Work };
};

export const SAID: Said = {
  text: 'Good morning',
  end: 'STOP',
  usage: { input: 3, cached: 0, written: 0, output: 2, reasoning: 0 },
};

/** Providers by dialect: those that hang, and those that are well, of the same dialect where there can be two. */
export const RELAYS = {
  chat: 'openai',
  responses: 'openai-responses',
  messages: 'anthropic',
  gemini: 'gemini',
};
type Relay = keyof typeof RELAYS;
const relayOf = ({ name, offering }: Upstream): Relay | undefined => {
  if (offering.startsWith('relay/')) return 'chat';
  if (offering.startsWith('responses/')) return 'responses';
  if (offering.startsWith('claude/')) return 'messages';
  if (offering.startsWith('geminis/')) return 'gemini';
  if (!/mistral|cohere|bedrock/i.test(name)) throw new Error(`no provider for ${name}`);
  return undefined;
};

const upstreamOf = (relay: string): Upstream => {
  const found = UPSTREAMS.find((upstream) => relayOf(upstream) === relay);
  if (found === undefined) throw new Error(`nothing is at ${relay}`);
  return found;
};

/** What those that are well answer; the first part of the path says in which dialect. */
export const wellAnswer = ({ path, body }: UpstreamRequest): Script => {
  const [, place = '', ...rest] = path.split('/');
  const operation = WORKS.find(({ name }) => name.toLowerCase() === place);
  if (operation !== undefined) return operation.answer;
  if (path.includes(':countTokens')) return jsonAnswer({ totalTokens: 7 });
  const { whole, stream, frames } = upstreamOf(place);
  const isStreamed = /stream/.test(rest.join('/')) || (body as { stream?: unknown })?.stream === true;
  return isStreamed ? stream(Object.values(frames(SAID)).flat()) : whole(SAID);
};

let count = 0;
const ownNumber = (): number => {
  count += 1;
  return count;
};

const chatCells = (fault: FaultName): readonly Cell[] =>
  UPSTREAMS.flatMap((upstream) =>
    FACES.flatMap((face) =>
      [false, true].map((isStreamed): Cell => {
        const number = ownNumber();
        const relay = relayOf(upstream);
        const [, model = ''] = upstream.offering.split(/\/(.*)/);
        return {
          name: `${fault}: ${upstream.name} for ${face.name}, ${isStreamed ? 'streamed' : 'whole'}`,
          fault,
          route: `cell-${number}`,
          hangs: `${relay === undefined ? upstream.offering.split('/')[0] : `hangs-${relay}`}/${model}-fault-${fault}-${number}`,
          answers: `well-${relay ?? 'chat'}/${model}-${number}`,
          asks: { kind: 'CHAT', face, isStreamed },
        };
      }),
    ),
  );

const operationCells = (fault: FaultName): readonly Cell[] =>
  WORKS.filter(({ isVariant }) => !isVariant).map((work): Cell => {
    const number = ownNumber();
    const counts = /token|count/i.test(work.name);
    return {
      name: `${fault}: ${work.name} over ${work.way}`,
      fault,
      route: `cell-${number}`,
      hangs: `${counts ? 'anthropic' : 'hangs-chat'}/m-fault-${fault}-${number}`,
      answers: `${counts ? 'google' : `well-${work.name.toLowerCase()}`}/m-${number}`,
      asks: { kind: 'OPERATION', work },
    };
  });

export const OPERATION_NAMES = WORKS.filter(
  ({ isVariant, name }) => !isVariant && !/token|count/i.test(name),
).map(({ name }) => name.toLowerCase());

export const CELLS: readonly Cell[] = FAULT_NAMES.flatMap((fault) => [
  ...chatCells(fault),
  ...operationCells(fault),
]);

/** Every face, operation and dialect with the plainest fault, and every fault where nothing is translated. */
export const isShort = ({ fault, asks, hangs }: Cell): boolean => {
  if (asks.kind === 'OPERATION') return fault === 'silent' || asks.work.name === 'embedding';
  if (fault === 'silent') return !asks.isStreamed;
  return asks.face.name === 'chat' && hangs.startsWith('hangs-chat/');
};
