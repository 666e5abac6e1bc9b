/**
 * The colours of status labels: `settings` gives their numbers, the mutations take their names. Read back from a column
 * with all of them: github.com/n8n-io/n8n, packages/nodes-base/nodes/MondayCom/V2/helpers/columnDefaults.ts, cc0339ef.
 */
const STATUS_COLOURS: Readonly<Record<number, string>> = {
  0: 'working_orange',
  1: 'done_green',
  2: 'stuck_red',
  3: 'dark_blue',
  4: 'purple',
  5: 'explosive',
  6: 'grass_green',
  7: 'bright_blue',
  8: 'saladish',
  9: 'egg_yolk',
  10: 'blackish',
  11: 'dark_red',
  12: 'sofia_pink',
  13: 'lipstick',
  14: 'dark_purple',
  15: 'bright_green',
  16: 'chili_blue',
  17: 'american_gray',
  18: 'brown',
  19: 'dark_orange',
  101: 'sunset',
  102: 'bubble',
  103: 'peach',
  104: 'berry',
  105: 'winter',
  106: 'river',
  107: 'navy',
  108: 'aquamarine',
  109: 'indigo',
  110: 'dark_indigo',
  151: 'pecan',
  152: 'lavender',
  153: 'royal',
  154: 'steel',
  155: 'orchid',
  156: 'lilac',
  157: 'tan',
  158: 'sky',
  159: 'coffee',
  160: 'teal',
};

/** The grey label that every status column has in reserve; one that is made there can never be deleted. */
const GREY = 5;
const LAST_INDEX = 39;

const names = new Set(Object.values(STATUS_COLOURS));

/** The name of a colour that settings give as number or name; undefined when it is none we know. */
export function colourName(given: number | string | null | undefined): string | undefined {
  if (typeof given === 'number') return STATUS_COLOURS[given];
  return given != null && names.has(given) ? given : undefined;
}

export interface StatusPlace {
  index: number;
  color: string;
}

/**
 * Rule 20: place and colour of a new status label; undefined when the column has none left. The label gets the number of its
 * colour as id, so that this must be nobody's id, deactivated labels included, whatever colour they have by now. Places
 * are unique in the same way; a new one stands behind all others while there is one.
 */
export function nextStatusPlace(
  taken: readonly { id: number; index?: number | undefined; color?: string | undefined }[],
): StatusPlace | undefined {
  const ids = new Set(taken.map(({ id }) => id));
  const shown = new Set(taken.map(({ color }) => color));
  const free = Object.entries(STATUS_COLOURS).find(
    ([number, name]) => Number(number) !== GREY && !ids.has(Number(number)) && !shown.has(name),
  );
  const indexes = new Set(taken.map(({ index }) => index));
  const places = Array.from({ length: LAST_INDEX + 1 }, (_, place) => place).filter((place) => !indexes.has(place));
  const behind = Math.max(-1, ...taken.map(({ index = -1 }) => index));
  const index = places.find((place) => place > behind) ?? places[0];
  return free === undefined || index === undefined ? undefined : { index, color: free[1] };
}

/** The id that a new label of this colour gets. */
export function idOfColour(color: string): number | undefined {
  const entry = Object.entries(STATUS_COLOURS).find(([, name]) => name === color);
  return entry === undefined ? undefined : Number(entry[0]);
}
