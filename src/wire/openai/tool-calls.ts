import type { JsonObject } from '../../domain/json.ts';
import { madeUpCallId } from '../../domain/made-up-call-id.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import { countAt, objectAt, textAt } from '../json-reading.ts';
import { providerWarning } from '../warnings.ts';

type Call = {
  id?: string;
  name?: string;
  arguments: string;
  /** The end of the arguments, which has not been passed on yet. */
  pending: string;
  signature?: string;
  /** Our own index, from when the call was started. */
  started?: number;
};

export type ToolCallAssembler = {
  push(delta: JsonObject): readonly ProviderEvent[];
  /** Starts what could not be started before and ends every call. `signature` is the message's own, for the first call. */
  end(signature: string | undefined): readonly ProviderEvent[];
  /** Whether any call has a name. */
  hasCalls(): boolean;
};

const argumentsIn = (delta: JsonObject): string => {
  const value = objectAt(delta, 'function')?.arguments;
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
};

const signatureIn = (delta: JsonObject): string | undefined =>
  textAt(objectAt(objectAt(delta, 'extra_content'), 'google'), 'thought_signature') ??
  textAt(delta, 'thought_signature');

/**
 * Assembles tool calls from pieces, of which any field may be late, blank or missing. A call is started once its
 * name is known and its id, or arguments in place of an id; one that never gets an id gets one here.
 */
export const createToolCallAssembler = (): ToolCallAssembler => {
  const calls: Call[] = [];
  /** The latest call of each key, the first of each id. */
  const byKey = new Map<number, Call>();
  const byId = new Map<string, Call>();
  let startedCount = 0;
  let hasNames = false;

  const find = (key: number | undefined, id: string | undefined, name: string | undefined): Call => {
    const isNew = (call: Call): boolean =>
      id !== undefined && name !== undefined && call.id !== undefined && call.id !== id;
    const last = calls.at(-1);
    const known =
      key !== undefined
        ? byKey.get(key)
        : ((id === undefined ? undefined : byId.get(id)) ??
          (last?.name !== undefined && name !== undefined && id === undefined ? undefined : last));
    // Some servers number all parallel calls 0, or do not number them: then a new id with a name is a new call.
    if (known !== undefined && !isNew(known)) return known;
    const call: Call = { arguments: '', pending: '' };
    calls.push(call);
    if (key !== undefined) byKey.set(key, call);
    return call;
  };

  const passOn = (call: Call, mustStart: boolean): ProviderEvent[] => {
    const events: ProviderEvent[] = [];
    if (call.name === undefined) return events;
    if (call.started === undefined) {
      if (call.id === undefined && call.arguments === '' && !mustStart) return events;
      call.started = startedCount++;
      call.id ??= madeUpCallId();
      events.push({ type: 'toolCallStarted', index: call.started, id: call.id, name: call.name });
    }
    if (call.pending !== '') {
      events.push({ type: 'toolCallDelta', index: call.started, argumentsDelta: call.pending });
      call.pending = '';
    }
    return events;
  };

  return {
    push(delta) {
      const id = textAt(delta, 'id');
      const name = textAt(objectAt(delta, 'function'), 'name');
      const call = find(countAt(delta, 'index'), id, name);
      if (id !== undefined) call.id ??= id;
      if (call.id !== undefined && !byId.has(call.id)) byId.set(call.id, call);
      if (name !== undefined) {
        call.name ??= name;
        hasNames = true;
      }
      const signature = signatureIn(delta);
      if (signature !== undefined) call.signature = signature;
      const piece = argumentsIn(delta);
      call.arguments += piece;
      call.pending += piece;
      return passOn(call, false);
    },
    end(messageSignature) {
      const events: ProviderEvent[] = [];
      let hasNameless = false;
      let spare = calls.some((call) => call.signature !== undefined) ? undefined : messageSignature;
      for (const call of calls) {
        events.push(...passOn(call, true));
        if (call.started === undefined || call.id === undefined || call.name === undefined) {
          // Once for all of them: a warning is kept in the ledger, and a broken provider sends many.
          if (!hasNameless)
            events.push(providerWarning('The provider sent a tool call without a name; it was left out.'));
          hasNameless = true;
          continue;
        }
        const signature = call.signature ?? spare;
        spare = undefined;
        events.push({
          type: 'toolCallEnded',
          index: call.started,
          id: call.id,
          name: call.name,
          arguments: call.arguments.trim() === '' ? '{}' : call.arguments,
          ...(signature === undefined ? {} : { signature }),
        });
      }
      return events;
    },
    hasCalls: () => hasNames,
  };
};
