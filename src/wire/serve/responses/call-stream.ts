import type { JsonObject } from '../../../domain/json.ts';
import type { EventLog } from './event-log.ts';
import { callItem, type ItemStatus } from './output-items.ts';

/** One call as it comes. */
export type CallStream = {
  readonly callId: string;
  add(argumentsDelta: string): void;
  /** The call as far as it has come. */
  item(status: ItemStatus): JsonObject;
  /** `whole`: all arguments, where they are known; what the pieces lack of them is added. */
  end(status: ItemStatus, whole?: string): JsonObject;
};

/** Opens the item. */
export const createCallStream = (
  id: string,
  outputIndex: number,
  { callId, name }: { readonly callId: string; readonly name: string },
  log: EventLog,
): CallStream => {
  let args = '';
  const item = (status: ItemStatus): JsonObject => callItem(id, status, { callId, name, arguments: args });
  const place = { item_id: id, output_index: outputIndex };
  const written = JSON.stringify(place).slice(1, -1);

  log.add('response.output_item.added', { output_index: outputIndex, item: item('in_progress') });

  const add = (delta: string): void => {
    if (delta === '') return;
    args += delta;
    log.addWritten('response.function_call_arguments.delta', `${written},"delta":${JSON.stringify(delta)}`);
  };

  return {
    callId,
    add,
    item,
    end(status, whole = args) {
      if (whole.startsWith(args)) add(whole.slice(args.length));
      args = whole;
      log.add('response.function_call_arguments.done', { ...place, name, arguments: args });
      const done = item(status);
      log.add('response.output_item.done', { output_index: outputIndex, item: done });
      return done;
    },
  };
};
