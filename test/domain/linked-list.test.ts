import { describe, expect, it } from 'vitest';
import { LinkedList } from '../../src/domain/linked-list.ts';

const listOf = (...values: readonly string[]) => {
  const list = new LinkedList<string>();
  const links = new Map(values.map((value) => [value, list.add(value)]));
  const remove = (value: string): boolean => {
    const link = links.get(value);
    return link !== undefined && list.remove(link);
  };
  return { list, links, remove };
};

describe('a linked list', () => {
  it.each(['a', 'b', 'c'])('keeps its order as %s leaves', (value) => {
    const { list, remove } = listOf('a', 'b', 'c');
    expect(remove(value)).toBe(true);
    expect(remove(value)).toBe(false);
    expect([...list]).toEqual(['a', 'b', 'c'].filter((each) => each !== value));
    expect(list.size).toBe(2);
    list.add('d');
    expect([...list].at(-1)).toBe('d');
  });

  it('lets go of what has left, which points to nothing any more', () => {
    const { links, remove, list } = listOf('a', 'b', 'c');
    remove('b');
    list.removeFirst();
    const nothing = { value: undefined, before: undefined, after: undefined, list: undefined };
    expect(links.get('b')).toEqual(nothing);
    expect(links.get('a')).toEqual(nothing);
  });

  it('is emptied from its beginning', () => {
    const { list } = listOf('a', 'b');
    expect([list.first, list.removeFirst(), list.removeFirst(), list.removeFirst(), list.first]).toEqual([
      'a',
      'a',
      'b',
      undefined,
      undefined,
    ]);
    expect(list.size).toBe(0);
  });

  it('is walked through while the one that is visited leaves', () => {
    const { list, remove } = listOf('a', 'b', 'c');
    const visited: string[] = [];
    for (const value of list) {
      visited.push(value);
      remove(value);
    }
    expect(visited).toEqual(['a', 'b', 'c']);
    expect([...list]).toEqual([]);
  });

  it('has nothing to do with the links of another', () => {
    const { list } = listOf('a');
    const other = new LinkedList<string>();
    expect(list.remove(other.add('a'))).toBe(false);
    expect(other.size).toBe(1);
  });
});
