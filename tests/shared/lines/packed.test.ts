import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FixFirstError } from '../../../shared/ground/errors.js';
import { Names } from '../../../shared/lines/kept.js';
import { PackedLines } from '../../../shared/lines/packed.js';

const ZEROS = new Uint8Array(32);

describe('PackedLines', () => {
  it('returns what was added, and finds it in upper and lower case', () => {
    const uuids = fc.uniqueArray(fc.uuid(), { maxLength: 200 });
    fc.assert(
      fc.property(uuids, (all) => {
        const lines = new PackedLines();
        const hashes = all.map(() => randomBytes(32));
        for (const [index, uuid] of all.entries()) lines.add(uuid, [hashes[index] ?? null], index, index % 8);
        for (const [index, uuid] of all.entries()) {
          expect(lines.find(uuid.toUpperCase())).toBe(index);
          expect(lines.uuidOf(index)).toBe(uuid);
          expect(Buffer.from(lines.hashOf(index))).toEqual(hashes[index]);
          expect([lines.customerOf(index), lines.flagsOf(index)]).toEqual([index, index % 8]);
        }
        expect(lines.find(randomUUID())).toBe(-1);
      }),
    );
  });

  it('reads a uuid from the middle of a text, and refuses an invalid one', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.string({ unit: 'binary', maxLength: 40 }), (uuid, other) => {
        const text = Buffer.from(`${other}|${uuid.toUpperCase()}|${other}`);
        const start = Buffer.byteLength(other) + 1;
        const lines = new PackedLines(0);
        expect(() => lines.addText(text, [start - 1, start + 35], [])).toThrow(/Not a UUID/);
        expect(() => lines.addText(text, [start, start + 35], [])).toThrow(/Not a UUID/);
        expect(lines.addText(text, [start, start + 36], [], 7, 1)).toBe(0);
        expect([lines.size, lines.uuidOf(0), lines.customerOf(0), lines.flagsOf(0)]).toEqual([1, uuid, 7, 1]);
      }),
    );
  });

  it('finds lines that are added after a search', () => {
    const lines = new PackedLines();
    const [first, second] = [randomUUID(), randomUUID()];
    lines.add(first, []);
    expect(lines.find(second)).toBe(-1);
    lines.add(second, []);
    expect([lines.find(first), lines.find(second)]).toEqual([0, 1]);
    expect([lines.sameUuid(0, lines, 0), lines.sameUuid(0, lines, 1)]).toEqual([true, false]);
  });

  it('flags both lines with the same uuid, and still finds the first', () => {
    const lines = new PackedLines();
    const uuid = randomUUID();
    const first = lines.add(uuid, [], 1, 4);
    const other = lines.add(randomUUID(), []);
    const second = lines.add(uuid.toUpperCase(), [], 2);
    expect([first, other, second].map((ordinal) => lines.isDuplicate(ordinal))).toEqual([true, false, true]);
    expect(lines.find(uuid)).toBe(first);
    expect(lines.flagsOf(first) & 4).toBe(4);
  });

  it('holds a hash for each of several versions and compares across collections', () => {
    const [source, snapshot] = [new PackedLines(2), new PackedLines()];
    const [uuid, a, b] = [randomUUID(), randomBytes(32), randomBytes(32)];
    source.add(uuid, [a, b]);
    snapshot.add(randomUUID(), [null]);
    snapshot.add(uuid, [b]);
    const found = snapshot.findLineOf(source, 0);
    expect(found).toBe(1);
    expect(source.sameHash(0, 0, snapshot, found)).toBe(false);
    expect(source.sameHash(0, 1, snapshot, found)).toBe(true);
    expect(snapshot.hashOf(0)).toEqual(ZEROS);
  });

  it('refuses an invalid uuid and an unknown line, and stays usable', () => {
    const lines = new PackedLines();
    expect(() => lines.add('not-a-uuid', [])).toThrow(/Not a UUID/);
    expect(() => lines.add('zzzzzzzz-0000-4000-8000-000000000000', [])).toThrow(/Not a UUID/);
    expect(() => lines.uuidOf(0)).toThrow(/no line 0/);
    expect(lines.add(randomUUID(), [])).toBe(0);
    expect(lines.find('not-a-uuid')).toBe(-1);
  });

  it('uses less than 120 bytes per line at 300,000 lines with ascending uuids', () => {
    const before = process.memoryUsage();
    const lines = new PackedLines();
    for (let n = 0; n < 300_000; n++) lines.add(`00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`, [ZEROS]);
    const after = process.memoryUsage();
    expect((after.arrayBuffers - before.arrayBuffers) / lines.size).toBeLessThan(120);
    expect(lines.find('00000000-0000-4000-8000-0000000493df')).toBe(299_999);
  });
});

describe('Names', () => {
  it('numbers names in the order in which they were seen', () => {
    const names = new Names();
    expect(['A', 'B', 'A'].map((name) => names.numberOf(name))).toEqual([0, 1, 0]);
    expect(names.nameOf(1)).toBe('B');
    expect(() => names.nameOf(2)).toThrow(/no name 2/);
  });

  it('refuses more names than a line can refer to', () => {
    const names = new Names();
    for (let n = 0; n < 65_536; n++) names.numberOf(`${n}`);
    expect(() => names.numberOf('one more')).toThrow(FixFirstError);
  });
});
