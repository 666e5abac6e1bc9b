import type { PackedLines } from '../../../shared/lines/packed.js';
import { hashNumberOf, type Sides, UNACKNOWLEDGED } from '../read/lines.js';
import type { Matching } from './matching.js';

/** Rule 4, first step: pairs lines of equal content, ties by uuid. `gone` are known lines, live or buried. */
export function pairByHash(sides: Sides, matching: Matching, gone: Int32Array): void {
  const source = sides.source.lines;
  const known = sides.known.lines;
  for (let which = 0; which < source.hashesPerLine; which++) {
    const hashed = gone.filter((line) => isHashedBy(known, line, which) && matching.sourceOf(line) < 0);
    if (hashed.length === 0) continue;
    const left = sortByHash(known, hashed, 0);
    const right = sortByHash(source, matching.appeared(), which);
    for (let l = 0, r = 0; l < left.length && r < right.length; ) {
      const [knownLine, sourceLine] = [left[l] ?? 0, right[r] ?? 0];
      const order = Buffer.compare(known.hashOf(knownLine), source.hashOf(sourceLine, which));
      if (order === 0) matching.pair(sourceLine, knownLine);
      if (order <= 0) l++;
      if (order >= 0) r++;
    }
  }
}

function isHashedBy(known: PackedLines, line: number, which: number): boolean {
  const flags = known.flagsOf(line);
  return (flags & UNACKNOWLEDGED) === 0 && hashNumberOf(flags) === which;
}

/** Sorts ordinals by hash, then uuid. The first six bytes, as numbers, decide nearly every comparison. */
function sortByHash(lines: PackedLines, ordinals: Int32Array, which: number): Int32Array {
  const beginnings = new Float64Array(lines.size);
  for (const line of ordinals) {
    const hash = lines.hashOf(line, which);
    beginnings[line] = Buffer.from(hash.buffer, hash.byteOffset, 6).readUIntBE(0, 6);
  }
  return ordinals.sort((a, b) => {
    const order = (beginnings[a] ?? 0) - (beginnings[b] ?? 0);
    if (order !== 0) return order;
    const whole = Buffer.compare(lines.hashOf(a, which), lines.hashOf(b, which));
    if (whole !== 0) return whole;
    return lines.uuidOf(a) < lines.uuidOf(b) ? -1 : 1;
  });
}
