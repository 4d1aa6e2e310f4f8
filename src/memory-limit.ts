import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';

/** What a machine and its containers say of memory, in bytes. */
export type MemoryFacts = {
  /** Of the control groups (v1 or v2) that the process is in; 0, or more than the machine has, where they set none. */
  readonly constrained: number;
  readonly total: number;
  readonly heap: number;
};

const memoryFacts = (): MemoryFacts => ({
  constrained: process.constrainedMemory(),
  total: totalmem(),
  heap: getHeapStatistics().heap_size_limit,
});

/** How many bytes of requests a process may hold: a quarter of its memory, and of its heap no more than half. */
export const bytesInFlightOf = ({ constrained, total, heap }: MemoryFacts = memoryFacts()): number => {
  const memory = constrained > 0 && constrained < total ? constrained : total;
  return Math.floor(Math.min(memory / 4, heap / 2));
};
