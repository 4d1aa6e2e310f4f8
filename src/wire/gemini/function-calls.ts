import type { JsonObject } from '../../domain/json.ts';
import { madeUpCallId } from '../../domain/made-up-call-id.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import { objectAt, textAt } from '../json-reading.ts';
import { createPartialArguments, type PartialArguments } from './partial-arguments.ts';

type OpenCall = {
  readonly name: string;
  readonly id: string | undefined;
  readonly arguments: PartialArguments;
  signature: string | undefined;
};

export type FunctionCalls = {
  push(functionCall: JsonObject, signature: string | undefined): readonly ProviderEvent[];
  /** Ends a call whose last piece never came. */
  end(): readonly ProviderEvent[];
  hasCalls(): boolean;
};

/** Reads function calls: usually whole, in pieces where argument streaming is on. Those in pieces are given whole. */
export const createFunctionCalls = (): FunctionCalls => {
  let count = 0;
  let open: OpenCall | undefined;

  const whole = (
    name: string,
    givenId: string | undefined,
    args: string,
    signature: string | undefined,
  ): readonly ProviderEvent[] => {
    const index = count++;
    const id = givenId ?? madeUpCallId();
    return [
      { type: 'toolCallStarted', index, id, name },
      { type: 'toolCallDelta', index, argumentsDelta: args },
      {
        type: 'toolCallEnded',
        index,
        id,
        name,
        arguments: args,
        ...(signature === undefined ? {} : { signature }),
      },
    ];
  };

  const end = (): readonly ProviderEvent[] => {
    const call = open;
    open = undefined;
    return call ? whole(call.name, call.id, call.arguments.toJson(), call.signature) : [];
  };

  return {
    push(functionCall, signature) {
      const name = textAt(functionCall, 'name');
      const id = textAt(functionCall, 'id');
      const isContinued = functionCall.willContinue === true;
      const events: ProviderEvent[] = [];
      if (name !== undefined) {
        events.push(...end());
        if (!isContinued && !Array.isArray(functionCall.partialArgs)) {
          events.push(...whole(name, id, JSON.stringify(objectAt(functionCall, 'args') ?? {}), signature));
          return events;
        }
        open = { name, id, arguments: createPartialArguments(), signature };
      }
      if (open !== undefined) {
        open.arguments.push(functionCall);
        open.signature ??= signature;
        if (!isContinued) events.push(...end());
      }
      return events;
    },
    end,
    hasCalls: () => count > 0 || open !== undefined,
  };
};
