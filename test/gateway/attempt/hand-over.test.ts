import { describe, expect, it } from 'vitest';
import type { CompletionEvent } from '../../../src/domain/completion-event.ts';
import { type HandOver, handOver, withHandOvers } from '../../../src/gateway/attempt/hand-over.ts';
import { textDelta } from '../harness.ts';

const textsOf = (events: readonly CompletionEvent[]) =>
  events.map((event) => (event.type === 'textDelta' ? event.text : event.type));

async function* source(...texts: readonly string[]): AsyncGenerator<CompletionEvent, string> {
  for (const text of texts) yield textDelta(text);
  return 'over';
}

const readAll = async <Result>(events: AsyncIterator<CompletionEvent, Result>) => {
  const read: CompletionEvent[] = [];
  for (;;) {
    const step = await events.next();
    if (step.done === true) return { texts: textsOf(read), result: step.value };
    read.push(step.value);
  }
};

describe('a generator that hands over', () => {
  it('has what others say told in its place, one after another, empty ones too', async () => {
    async function* all(): AsyncGenerator<CompletionEvent | HandOver, number> {
      yield textDelta('a');
      yield handOver(source('b', 'c'));
      yield handOver(source());
      yield handOver(source('d'));
      yield textDelta('e');
      return 7;
    }
    const events = withHandOvers(all());
    expect(await readAll(events)).toEqual({ texts: ['a', 'b', 'c', 'd', 'e'], result: 7 });
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it('gets what others throw where it handed over, and may go on', async () => {
    async function* broken(): AsyncGenerator<CompletionEvent, void> {
      yield textDelta('b');
      throw new Error('broke');
    }
    async function* all(): AsyncGenerator<CompletionEvent | HandOver, string> {
      try {
        yield handOver(broken());
      } catch (error) {
        yield textDelta(error instanceof Error ? error.message : '');
      }
      yield handOver(broken());
      return 'never';
    }
    const events = withHandOvers(all());
    for (const text of ['b', 'broke', 'b']) expect(await events.next()).toMatchObject({ value: { text } });
    await expect(events.next()).rejects.toThrow('broke');
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it('is returned with what it has handed over to', async () => {
    const ended: string[] = [];
    async function* inner(): AsyncGenerator<CompletionEvent, void> {
      try {
        yield textDelta('a');
        yield textDelta('b');
      } finally {
        ended.push('inner');
      }
    }
    async function* outer(): AsyncGenerator<CompletionEvent | HandOver, void> {
      try {
        yield handOver(inner());
      } finally {
        ended.push('outer');
      }
    }
    const events = withHandOvers(outer());
    await events.next();
    await events.return?.();
    expect(ended).toEqual(['inner', 'outer']);
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });
});
