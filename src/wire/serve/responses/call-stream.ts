import type { JsonObject } from '../../../domain/json.ts';
import { CustomInputReader, customInput } from '../../custom-tools.ts';
import type { EventLog } from './event-log.ts';
import { callItem, type ItemStatus, type WrittenCall } from './output-items.ts';

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
  call: WrittenCall,
  log: EventLog,
): CallStream => {
  const isCustom = call.alias?.isCustom === true;
  const reader = isCustom ? new CustomInputReader() : undefined;
  const event = isCustom ? 'response.custom_tool_call_input' : 'response.function_call_arguments';
  let args = '';
  /** What the client has: the arguments, or the free text in them. */
  let content = '';
  const item = (status: ItemStatus): JsonObject => callItem(id, status, call, content);
  const place = { item_id: id, output_index: outputIndex };
  const written = JSON.stringify(place).slice(1, -1);

  log.add('response.output_item.added', { output_index: outputIndex, item: item('in_progress') });

  const say = (delta: string): void => {
    if (delta === '') return;
    content += delta;
    log.addWritten(`${event}.delta`, `${written},"delta":${JSON.stringify(delta)}`);
  };

  const add = (delta: string): void => {
    if (delta === '') return;
    args += delta;
    say(reader === undefined ? delta : reader.push(delta));
  };

  return {
    callId: call.callId,
    add,
    item,
    end(status, whole = args) {
      const all = isCustom ? customInput(whole) : whole;
      if (all.startsWith(content)) say(all.slice(content.length));
      content = all;
      log.add(
        `${event}.done`,
        isCustom
          ? { ...place, input: content }
          : { ...place, name: call.alias?.name ?? call.name, arguments: content },
      );
      const done = item(status);
      log.add('response.output_item.done', { output_index: outputIndex, item: done });
      return done;
    },
  };
};
