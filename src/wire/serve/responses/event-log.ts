import type { JsonObject } from '../../../domain/json.ts';
import { eventText } from '../frame-text.ts';

/** The events of one stream, numbered as they come. */
export type EventLog = {
  add(type: string, fields: JsonObject): void;
  /** For what comes by the thousand: `fields` are JSON members without their braces. */
  addWritten(type: string, fields: string): void;
  /** The number that the next event has. */
  nextNumber(): number;
  /** What was added since the last time, ready to be sent. */
  take(): string;
};

export const createEventLog = (): EventLog => {
  let number = 0;
  let waiting = '';
  return {
    add(type, fields) {
      waiting += eventText({ type, sequence_number: number++, ...fields }, type);
    },
    addWritten(type, fields) {
      waiting += `event: ${type}\ndata: {"type":"${type}","sequence_number":${number++},${fields}}\n\n`;
    },
    nextNumber: () => number,
    take() {
      const taken = waiting;
      waiting = '';
      return taken;
    },
  };
};
