import { failureOf, fateOf, verdict } from '../calls.js';
import type { Lab } from '../lab.js';
import { idOf } from '../lab.js';
import { itemName, MARK } from '../measure.js';

const EMOJI = '\u{1f525}';

/** How the names of items come back. */
export async function itemNames(lab: Lab) {
  const names = {
    blankAtEnd: itemName('name one '),
    blankAtBeginning: ` ${itemName('name two')}`,
    twoBlanks: itemName('name  three'),
    noBreakSpace: itemName('name\u00a0four'),
    emoji: itemName(`name five ${EMOJI}`),
    tags: itemName('name <b>six</b>'),
  };
  const made = await lab.send(Object.entries(names).map(([alias, name]) => lab.newItem({ alias, name })));
  const aliases = Object.keys(names) as (keyof typeof names)[];
  const done = aliases.filter((alias) => verdict(made, alias) === 'accepted');
  const items = await lab.itemsById(done.map((alias) => idOf(made, alias)));
  const fate = (alias: keyof typeof names): string =>
    done.includes(alias) ? fateOf(names[alias], items.get(idOf(made, alias))?.name) : verdict(made, alias);
  return {
    answered: {
      blankAtEnd: fate('blankAtEnd'),
      blankAtBeginning: fate('blankAtBeginning'),
      twoBlanks: fate('twoBlanks'),
      noBreakSpace: fate('noBreakSpace'),
      emoji: fate('emoji'),
      tags: fate('tags'),
    },
  };
}

/** A text of so many UTF-16 units that begins like a name of the probe. */
const letters = (length: number, begin: string): string => begin.padEnd(length, 'x');

/** What texts that are too long answer, and in which unit they are counted: an emoji is two UTF-16 units, one character. */
export async function lengths(lab: Lab) {
  const long = await lab.column('long_text');
  const made = await lab.send([
    lab.newItem({ alias: 'letters255', name: letters(255, itemName('')) }),
    lab.newItem({ alias: 'letters256', name: letters(256, itemName('')) }),
    lab.newItem({ alias: 'emoji130', name: `${itemName('')}${EMOJI.repeat(130)}` }),
    lab.newItem({ alias: 'text2000', values: { [long]: { text: 'x'.repeat(2_000) } } }),
    lab.newItem({ alias: 'text2001', values: { [long]: { text: 'x'.repeat(2_001) } } }),
    lab.newItem({ alias: 'textEmoji1001', values: { [long]: { text: EMOJI.repeat(1_001) } } }),
  ]);
  const group = (alias: string, title: string) =>
    ({ alias, operation: 'createGroup', variables: { boardId: lab.boardId, title } }) as const;
  const groups = await lab.send([
    group('letters255', letters(255, MARK)),
    group('letters256', letters(256, MARK)),
    group('emoji130', `${MARK} ${EMOJI.repeat(130)}`),
  ]);
  return {
    answered: {
      nameOf255: verdict(made, 'letters255'),
      nameOf256: verdict(made, 'letters256'),
      nameOf130Emoji: verdict(made, 'emoji130'),
      longTextOf2000: verdict(made, 'text2000'),
      longTextOf2001: verdict(made, 'text2001'),
      longTextOf1001Emoji: verdict(made, 'textEmoji1001'),
      groupOf255: verdict(groups, 'letters255'),
      groupOf256: verdict(groups, 'letters256'),
      groupOf130Emoji: verdict(groups, 'emoji130'),
    },
    notes: { nameOf256Reaction: failureOf(made, 'letters256')?.reaction ?? 'none' },
  };
}

/** How values come back that nobody has recorded. */
export async function values(lab: Lab) {
  const numbers = await lab.column('numbers');
  const longText = await lab.column('long_text');
  const link = await lab.column('link');
  const item = (alias: string, column: string, value: unknown) =>
    lab.newItem({ alias, what: alias, values: { [column]: value } });
  const made = await lab.send([
    item('decimals', numbers, '4.50'),
    item('manyDigits', numbers, '12345678901234567.89'),
    item('longText', longText, { text: 'one\ntwo' }),
    item('link', link, { url: 'https://example.com/a', text: 'an example' }),
  ]);
  const emptied = await lab.send([lab.change('emptied', idOf(made, 'decimals'), { [numbers]: '' })], {});
  const cells = await lab.itemsById(
    ['manyDigits', 'longText', 'link', 'decimals'].flatMap((alias) =>
      verdict(made, alias) === 'accepted' ? [idOf(made, alias)] : [],
    ),
    [numbers, longText, link],
  );
  const cell = (alias: string, column: string) => {
    if (verdict(made, alias) !== 'accepted') return undefined;
    return cells.get(idOf(made, alias))?.values.get(column);
  };
  const text = (alias: string, column: string): string => cell(alias, column)?.text ?? verdict(made, alias);
  const keys = (alias: string, column: string): string => {
    const value = cell(alias, column)?.value;
    return typeof value === 'object' && value !== null ? Object.keys(value).sort().join(', ') : typeof value;
  };
  return {
    answered: {
      manyDigits: text('manyDigits', numbers),
      emptyTextInNumbers:
        verdict(emptied, 'emptied') === 'accepted' ? text('decimals', numbers) : verdict(emptied, 'emptied'),
      longText: text('longText', longText),
      longTextKeys: keys('longText', longText),
      link: text('link', link),
      linkKeys: keys('link', link),
    },
  };
}
