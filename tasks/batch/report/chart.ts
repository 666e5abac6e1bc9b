import { roundTo } from '../../../shared/ground/numbers.js';
import { type Html, html } from '../../../shared/ground/text.js';

export interface Bar {
  /** Bottom first; drawn in the colours `part-0`, `part-1` and so on. */
  parts: readonly number[];
  /** What a pointer shows, and a screen reader reads. */
  label: string;
}

const WIDTH = 300;
const HEIGHT = 100;
const GAP = 0.28;
const CUT_HEIGHT = 3;
/** A bar that towers above the others by more than this is cut, so that the others can be seen. */
const OUTLIER = 5;
const MOST_CUT = 3;
/** A few bars keep to the right instead of growing as broad as they are high. */
export const LEAST_SLOTS = 12;

/** Bars that stretch to the width they are given; texts stand outside, where they keep their size. */
export function drawBars(bars: readonly Bar[], summary: string): Html {
  const sums = bars.map(({ parts }) => parts.reduce((sum, part) => sum + part, 0));
  const top = topOf(sums);
  const slot = WIDTH / Math.max(LEAST_SLOTS, bars.length);
  const drawn = bars.map((bar, at) => {
    const left = WIDTH - (bars.length - at) * slot;
    const x = left + (slot * GAP) / 2;
    const cut = (sums[at] ?? 0) > top;
    const own = at === bars.length - 1 ? 'own' : 'earlier';
    return html`<g class="${own}"><title>${bar.label}</title><rect class="touch" x="${round(left)}" y="0" width="${round(slot)}" height="${HEIGHT}"/>${drawParts(bar.parts, { x, width: slot * (1 - GAP), top })}${cut && html`<rect class="cut" x="${round(x)}" y="8" width="${round(slot * (1 - GAP))}" height="${CUT_HEIGHT}"/>`}</g>`;
  });
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${summary}">${drawn}</svg>`;
}

function drawParts(
  parts: readonly number[],
  { x, width, top }: { x: number; width: number; top: number },
): readonly Html[] {
  let base = 0;
  return parts.flatMap((part, index) => {
    const from = Math.min(base, top);
    base += part;
    const height = ((Math.min(base, top) - from) / top) * HEIGHT;
    if (height === 0) return [];
    const y = HEIGHT - (from / top) * HEIGHT - height;
    return [
      html`<rect class="part-${index}" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"/>`,
    ];
  });
}

/** The value at the upper edge: the largest that does not tower above the next one. The last, which the page is about, is whole. */
export function topOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => b - a);
  let at = 0;
  while (at < MOST_CUT && (sorted[at + 1] ?? 0) > 0 && (sorted[at] ?? 0) > OUTLIER * (sorted[at + 1] ?? 0)) at++;
  return Math.max(sorted[at] ?? 0, values.at(-1) ?? 0) || 1;
}

function round(value: number): number {
  return roundTo(value, 2);
}
