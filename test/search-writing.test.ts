import fc from 'fast-check';
import { Beginnings } from '../src/search/sqlite/beginnings';
import type { Columns } from '../src/search/sqlite/columns';
import { best } from '../src/search/sqlite/found';
import { TextOfTokens } from '../src/search/sqlite/text-of-tokens';
import { tokenOf } from '../src/search/sqlite/vocabulary';
import { UNKNOWN, WordTable } from '../src/search/sqlite/word-table';

describe('the text of a work as the full-text index takes it', () => {
  it('is its tokens, parted by spaces, however many', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(50), fc.nat(0x7fffffff)), { maxLength: 200 }), (ids) => {
        const text = new TextOfTokens();
        for (const id of [7, 36, 0x7fffffff]) text.add(id);
        text.clear();
        for (const id of ids) text.add(id);
        expect(text.bytes().toString('latin1')).toBe(ids.map((id) => `${tokenOf(id)} `).join(''));
      }),
    );
    const long = new TextOfTokens();
    for (let id = 0; id < 100_000; id += 1) long.add(id);
    expect(long.bytes().toString('latin1').trim().split(' ')).toHaveLength(100_000);
  });
});

describe('the table of words as they stand in a text', () => {
  it('tells every word from every other, as a map of strings does', () => {
    const table = new WordTable(16);
    const map = new Map<string, number>();
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, maxLength: 12, unit: 'binary' }), { maxLength: 100 }), (words) => {
        for (const word of words) {
          const text = `«${word}»`;
          const found = table.get(text, 1, 1 + word.length);
          expect(found).toBe(map.get(word) ?? UNKNOWN);
          if (found !== UNKNOWN) continue;
          table.add(word.length, map.size);
          map.set(word, map.size);
        }
        expect(table.size).toBe(map.size);
      }),
      { numRuns: 300 },
    );
    for (const [word, value] of map) expect(table.get(word, 0, word.length)).toBe(value);
  });
});

describe('what begins with a few letters', () => {
  it('is kept by rank, moves up with it, and is gathered anew where much was taken back', () => {
    const ranks = new Map<string, number>();
    const beginnings = new Beginnings<string>(
      (entry) => ranks.get(entry) ?? 0,
      (entry) => entry.split(' '),
      () => ranks.keys(),
    );
    const put = (entry: string, rank: number) => {
      ranks.set(entry, rank);
      beginnings.put(entry);
    };
    const drop = (entry: string) => {
      ranks.delete(entry);
      beginnings.drop(entry);
    };
    for (let i = 0; i < 100; i += 1) put(`манас ${i}`, i);
    expect(beginnings.get('ман')).toHaveLength(50);
    expect(beginnings.get('м')[0]).toBe('манас 99');
    expect(beginnings.get('ма')).not.toContain('манас 3');
    put('манас 3', 200);
    expect(beginnings.get('ма').slice(0, 2)).toEqual(['манас 3', 'манас 99']);
    expect(beginnings.get('3')[0]).toBe('манас 3');
    drop('манас 3');
    expect(beginnings.get('ма')[0]).toBe('манас 99');
    expect(beginnings.get('3')).not.toContain('манас 3');
    for (let i = 40; i < 100; i += 1) drop(`манас ${i}`);
    expect(beginnings.get('м')).toHaveLength(39);
    expect(beginnings.get('м')[0]).toBe('манас 39');
    expect(beginnings.get('ю')).toEqual([]);
  });
});

describe('the best of what was found', () => {
  it('are the first of all in their order, however many are wanted', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { maxLength: 300 }), fc.integer({ min: 1, max: 120 }), (keys, most) => {
        const rows = keys.map((_, number) => ({ workId: (number * 7) % 1009 }));
        const numbers = keys.map((_, number) => number);
        const sorted = [...numbers].sort((a, b) => keys[b]! - keys[a]! || rows[b]!.workId - rows[a]!.workId);
        expect(best(numbers, keys, most, { rows } as unknown as Columns)).toEqual(sorted.slice(0, most));
      }),
    );
  });
});
