import { groupBy } from '../../../../shared/ground/lists.js';
import { bare } from '../../../../shared/ground/text.js';
import { fold } from '../../../../shared/mapping/fold.js';

/** A customer as a mapping states it. */
export interface ProposedCustomer {
  name: string;
  spellings: readonly string[];
  lines: number;
  /** Labels of the board that may be meant. */
  near: readonly string[];
}

/** A longer list is the source's to shorten. */
const MOST = 500;
/** A shorter name occurs in too many others. */
const SHORTEST_PART = 4;

/** Names as the table spells them, most lines first; those that fold alike or are a label of the board are one. */
export function proposeCustomers(
  counted: readonly { spelling: string | null; lines: number }[],
  labels: readonly string[],
  nothing: ReadonlySet<string>,
): { customers: ProposedCustomer[]; left: number } {
  const byLetters = new Map(labels.map((label) => [bare(label), label]));
  const said = counted.flatMap(({ spelling, lines }) => {
    const text = spelling?.trim() ?? '';
    if (nothing.has(fold(text))) return [];
    const label = byLetters.get(bare(text));
    return [{ text, lines, label, key: label ?? fold(text) }];
  });
  const customers = [...groupBy(said, ({ key }) => key).values()].map((group): ProposedCustomer => {
    const [most] = [...group].sort((a, b) => b.lines - a.lines);
    const name = most?.label ?? most?.text ?? '';
    const others = new Map(group.map(({ text }) => [fold(text), text]));
    others.delete(fold(name));
    return {
      name,
      spellings: [...others.values()],
      lines: group.reduce((sum, { lines }) => sum + lines, 0),
      near: most?.label === undefined ? labels.filter((label) => isPart(bare(label), bare(name))) : [],
    };
  });
  customers.sort((a, b) => b.lines - a.lines || (a.name < b.name ? -1 : 1));
  return { customers: customers.slice(0, MOST), left: Math.max(0, customers.length - MOST) };
}

function isPart(label: string, key: string): boolean {
  const [short, long] = label.length < key.length ? [label, key] : [key, label];
  return short.length >= SHORTEST_PART && long.includes(short);
}
