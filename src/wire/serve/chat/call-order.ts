import type { ContentEvent } from '../../../domain/content-event.ts';
import { parseJson } from '../../../domain/json.ts';

export type CallEvent = Extract<
  ContentEvent,
  { type: 'toolCallStarted' | 'toolCallDelta' | 'toolCallEnded' }
>;
type Ended = Extract<CallEvent, { type: 'toolCallEnded' }>;

/** How the pieces of a call are written. */
export type CallWriter = {
  start(index: number, id: string, name: string): string;
  delta(index: number, piece: string): string;
  /** `hasArguments`: some were written before. */
  end(event: Ended, hasArguments: boolean): string;
};

type Call = {
  readonly index: number;
  readonly id: string;
  readonly name: string;
  text: string;
  /** OPEN: written as it comes. PASSED: another one is, as its arguments were whole. */
  state: 'WAITING' | 'OPEN' | 'PASSED';
  ended?: Ended;
};

export type CallOrder = {
  push(event: CallEvent): string;
  /** What waits for a call that was never whole. */
  flush(): string;
};

const isWhole = ({ text, ended }: Call): boolean =>
  ended !== undefined || (text.trimEnd().endsWith('}') && parseJson(text) !== undefined);

/**
 * Writes one call after the other: clients take a call for whole once the next one begins, whereas providers may send
 * pieces of several in turns, and say only at the end which are over.
 */
export const createCallOrder = (write: CallWriter): CallOrder => {
  const calls = new Map<number, Call>();
  const waiting: Call[] = [];
  let open: Call | undefined;

  const begin = (call: Call): string => {
    if (open !== undefined) open.state = 'PASSED';
    open = call;
    call.state = 'OPEN';
    const { index, id, name, text, ended } = call;
    const pieces = write.start(index, id, name) + (text === '' ? '' : write.delta(index, text));
    return ended === undefined ? pieces : pieces + write.end(ended, text !== '');
  };

  const goOn = (isLast = false): string => {
    let out = '';
    while (waiting.length > 0 && (open === undefined || isLast || isWhole(open))) {
      const next = waiting.shift();
      if (next !== undefined) out += begin(next);
    }
    return out;
  };

  const start = (index: number, id: string, name: string): Call => {
    const call: Call = { index, id, name, text: '', state: 'WAITING' };
    calls.set(index, call);
    waiting.push(call);
    return call;
  };

  return {
    push(event) {
      const known = calls.get(event.index);
      switch (event.type) {
        case 'toolCallStarted':
          if (known === undefined) start(event.index, event.id, event.name);
          return goOn();
        case 'toolCallDelta': {
          if (known === undefined || event.argumentsDelta === '') return '';
          known.text += event.argumentsDelta;
          if (known.state === 'WAITING') return '';
          const out = write.delta(event.index, event.argumentsDelta);
          return waiting.length === 0 ? out : out + goOn();
        }
        case 'toolCallEnded': {
          const call = known ?? start(event.index, event.id, event.name);
          const wasWaiting = call.state === 'WAITING';
          call.ended = event;
          const out = wasWaiting ? '' : write.end(event, call.text !== '');
          return out + goOn();
        }
      }
    },
    flush: () => goOn(true),
  };
};
