/** The colours a status label can have; each may be used once in a column. */
const STATUS_COLORS = [
  'bright_blue',
  'purple',
  'grass_green',
  'egg_yolk',
  'dark_blue',
  'saladish',
  'sofia_pink',
  'dark_purple',
  'bright_green',
  'chili_blue',
  'brown',
  'dark_orange',
  'sunset',
  'bubble',
  'peach',
  'berry',
  'winter',
  'river',
  'navy',
  'aquamarine',
  'indigo',
  'dark_indigo',
  'pecan',
  'lavender',
  'royal',
  'steel',
  'orchid',
  'lilac',
  'tan',
  'sky',
  'coffee',
  'teal',
  'lipstick',
  'dark_red',
  'blackish',
  'working_orange',
  'done_green',
  'stuck_red',
  'american_gray',
  'explosive',
] as const;

export interface StatusPlace {
  index: number;
  color: string;
}

/** A free place (0 to 39) and a colour not yet used for a new status label. */
export function nextStatusPlace(
  taken: readonly { index: number | undefined; color: string | undefined }[],
): StatusPlace {
  const indexes = new Set(taken.map((place) => place.index));
  const colors = new Set(taken.map((place) => place.color));
  let index = 0;
  while (indexes.has(index)) index++;
  return { index, color: STATUS_COLORS.find((color) => !colors.has(color)) ?? STATUS_COLORS[0] };
}
