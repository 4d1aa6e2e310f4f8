import type { AnswerEvent } from './answer-measure.ts';
import { createHoldBack } from './hold-back.ts';
import type { Call, CallStep } from './run-call.ts';

/** A call with what has been read of it and not been passed on. */
export type Contender = {
  readonly call: Call;
  readonly held: AnswerEvent[];
  /** The step that was asked for and has not been looked at. */
  pending: Promise<CallStep> | undefined;
};

export const stepOf = (contender: Contender): Promise<CallStep> => {
  contender.pending ??= contender.call.next();
  return contender.pending;
};

/** What a client gets of one call. */
export type CallReader = {
  next(): Promise<CallStep>;
  /** Whether the client has seen anything of its answer. */
  seen(): boolean;
};

const passed = (value: AnswerEvent): CallStep => ({ done: false, value });

/** WHOLE: the client sees nothing of it before all is over, so that nothing is held back. */
export const createCallReader = (
  contender: Contender,
  delivery: 'STREAM' | 'WHOLE',
  holdBackTokens: number,
): CallReader => {
  const { call } = contender;
  /** Nothing is held any more: whoever reads on reads the call itself. */
  let isOpen = false;
  const hold = delivery === 'STREAM' ? createHoldBack(holdBackTokens) : undefined;
  const ready = contender.held
    .splice(0)
    .flatMap((event) => hold?.add(event) ?? [event])
    .map(passed);

  /** The next one, and what may be passed on with it after it. */
  const withRest = (steps: readonly CallStep[]): CallStep | Promise<CallStep> => {
    const [first, ...rest] = steps;
    ready.push(...rest);
    return first ?? next();
  };
  const take = (step: CallStep): CallStep | Promise<CallStep> => {
    if (hold === undefined || hold.isOpen()) return step;
    if (step.done !== true) return withRest(hold.add(step.value).map(passed));
    return step.value.completed === undefined ? step : withRest([...hold.flush().map(passed), step]);
  };

  const next = (): Promise<CallStep> => {
    if (isOpen) return call.next();
    if (ready.length > 0) return Promise.resolve(withRest(ready.splice(0)));
    const step = stepOf(contender);
    contender.pending = undefined;
    isOpen = hold === undefined || hold.isOpen();
    return step.then(take);
  };
  return { next, seen: () => hold?.isOpen() ?? false };
};
