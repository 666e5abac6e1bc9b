import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PackedLines } from '../../../shared/lines/packed.js';
import { NONE, OTHER_MAPPING, UNACKNOWLEDGED, withHashNumber } from '../../../tasks/detect/read/flags.js';
import { KnownLines } from '../../../tasks/detect/read/known-lines.js';
import { scannedLine } from '../../helpers/scanned-line.js';
import { uuid } from '../../helpers/warehouse.js';

const HASHES = 2;
const hashOf = (content: number): Buffer => Buffer.alloc(32, content);

const content = fc.integer({ min: 1, max: 3 });
const few = fc.integer({ min: 1, max: 12 });
/** Uuids repeat, as in a source that has some twice. */
const sourceLine = fc.record({ uuid: few, contents: fc.tuple(content, content) });
const knownLine = fc.record({
  uuid: few,
  content: fc.option(content),
  which: fc.nat({ max: HASHES - 1 }),
  customer: fc.nat({ max: 3 }),
});
/** Uuids repeat here too; a line key belongs to one line. */
const snapshot = fc.uniqueArray(fc.record({ key: fc.integer({ min: 1, max: 40 }), line: knownLine }), {
  selector: ({ key }) => key,
  maxLength: 24,
});

describe('KnownLines', () => {
  it('gives every line as it was read, whichever of them share with the source', () => {
    fc.assert(
      fc.property(fc.array(sourceLine, { maxLength: 20 }), snapshot, fc.nat({ max: 24 }), (source, all, live) => {
        const lines = new PackedLines(HASHES);
        for (const { uuid: number, contents } of source) lines.add(uuid(number), contents.map(hashOf));
        const known = new KnownLines(lines);
        const flagsOf = (line: (typeof all)[number]['line']) =>
          line.content === null ? UNACKNOWLEDGED : withHashNumber(0, line.which);
        for (const [index, { key, line }] of all.entries()) {
          const hash = line.content === null ? null : hashOf(line.content);
          const read = scannedLine({ ...line, uuid: uuid(line.uuid), key: uuid(key), hash, flags: flagsOf(line) });
          if (index < live) known.addLive(read);
          else known.addTombstone(read);
        }
        expect([known.size, known.live]).toEqual([all.length, Math.min(live, all.length)]);
        for (const [ordinal, { key, line }] of all.entries()) {
          expect([known.uuidOf(ordinal), known.keyOf(ordinal)]).toEqual([uuid(line.uuid), uuid(key)]);
          expect([known.customerOf(ordinal), known.flagsOf(ordinal)]).toEqual([line.customer, flagsOf(line)]);
          expect(Buffer.from(known.hashOf(ordinal))).toEqual(hashOf(line.content ?? 0));
          expect(known.findKey(uuid(key))).toBe(ordinal);
          for (const [at, { uuid: number, contents }] of source.entries()) {
            expect(known.sameUuid(ordinal, at)).toBe(line.uuid === number);
            expect(known.sameHash(ordinal, at)).toBe(line.content === contents[line.content === null ? 0 : line.which]);
          }
        }
        for (const [at, { uuid: number }] of source.entries())
          expect(known.findLineOf(at)).toBe(all.findIndex(({ line }) => line.uuid === number));
        expect(known.findKey(uuid(41))).toBe(NONE);
      }),
      { numRuns: 1000 },
    );
  });

  it('remembers flags that are set later', () => {
    const lines = new PackedLines();
    lines.add(uuid(1), [hashOf(1)]);
    const known = new KnownLines(lines);
    for (const number of [1, 2]) known.addLive(scannedLine({ uuid: uuid(number), key: uuid(number), hash: hashOf(1) }));
    for (const ordinal of [0, 1]) known.setFlags(ordinal, OTHER_MAPPING);
    expect([0, 1].map((ordinal) => known.flagsOf(ordinal))).toEqual([OTHER_MAPPING, OTHER_MAPPING]);
    expect(() => known.setFlags(2, OTHER_MAPPING)).toThrow(/no line 2; there are 2/);
    expect(() => known.flagsOf(NONE)).toThrow(RangeError);
  });
});
