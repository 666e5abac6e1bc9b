/** What a report says, taken from its HTML as a person reads it. */
export interface ToldPage {
  /** The sentence under the heading. */
  lead: string;
  chip: string;
  attention: { tone: string; who: string; text: string; next: string | undefined }[];
  calm: string | undefined;
  /** Figures by the title of their tile. */
  tiles: Record<string, Record<string, number>>;
  /** The state of each customer in the table. */
  customers: Record<string, string>;
  lines: ToldLine[];
  wrong: { name: string; reason: string; putRight: boolean }[];
  csv: string[];
}

export interface ToldLine {
  customer: string;
  order: string;
  name: string;
  kind: string;
  ending: string;
  outcome: string;
  lineKey: string;
  itemId: string | undefined;
  href: string | undefined;
  differences: { label: string; before?: string; after?: string; note: string; unread: boolean }[];
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/** Without tags, entities read, white space as one blank. */
export function plain(html: string): string {
  return html
    .replace(/<[^>]*>/g, '')
    .replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ENTITIES[name] ?? '')
    .replace(/\s+/g, ' ')
    .trim();
}

const one = (html: string, pattern: RegExp): string | undefined => pattern.exec(html)?.[1];
const all = (html: string, pattern: RegExp): string[][] =>
  [...html.matchAll(pattern)].map((match) => [...match].slice(1));
const count = (text: string): number => Number(text.replaceAll(',', ''));
/** From one heading to the next of the same rank. */
const part = (html: string, start: string, end: string): string => html.split(start)[1]?.split(end)[0] ?? '';

export function readPage(html: string): ToldPage {
  const attention = part(html, 'id="attention"', 'id="changes"');
  const figures = part(html, 'id="figures"', '<footer');
  const csv = one(html, /href="data:text\/csv;charset=utf-8,([^"]*)"/);
  return {
    lead: plain(one(html, /<\/h1>\s*<p>(.*?)<\/p>/s) ?? ''),
    chip: plain(one(html, /<h1>.*?<span class="chip[^"]*">(.*?)<\/span><\/h1>/s) ?? ''),
    calm: one(attention, /<p class="calm">(.*?)<\/p>/),
    attention: all(
      attention,
      /<li class="(bad|warn|past)"><p><b class="who">(.*?)<\/b>(.*?)<\/p>(?:<pre><code>(.*?)<\/code><\/pre>)?<\/li>/gs,
    ).map(([tone = '', who = '', text = '', next]) => ({
      tone,
      who,
      text: plain(text),
      next: next === undefined ? undefined : plain(next),
    })),
    tiles: Object.fromEntries(
      all(figures, /<div><h3>(.*?)<\/h3><dl>(.*?)<\/dl><\/div>/gs).map(([title = '', list = '']) => [
        title,
        Object.fromEntries(
          all(list, /<dt>(.*?)<\/dt><dd>(.*?)<\/dd>/g).map(([name = '', value = '']) => [name, count(value)]),
        ),
      ]),
    ),
    customers: Object.fromEntries(
      all(
        part(figures, 'id="customers"', '</table>'),
        /<tr><th scope="row">(.*?)<\/th>.*?<span class="chip[^"]*">(.*?)<\/span>/gs,
      ).map(([name = '', state = '']) => [plain(name), state]),
    ),
    lines: part(html, 'id="changes"', 'id="figures"').split('<details id="customer-').slice(1).flatMap(linesOfCustomer),
    wrong: all(attention, /<li><p><b>(.*?)<\/b>.*?<span class="chip[^"]*">(.*?)<\/span>(.*?)<\/li>/gs).map(
      ([name = '', reason = '', rest = '']) => ({ name: plain(name), reason, putRight: rest.includes('put right') }),
    ),
    csv: csv === undefined ? [] : decodeURIComponent(csv).trimEnd().split('\r\n'),
  };
}

function linesOfCustomer(html: string): ToldLine[] {
  const customer = plain(one(html, /<h3>(.*?)<\/h3>/) ?? '');
  return html
    .split('<section class="order">')
    .slice(1)
    .flatMap((order) => {
      const heading = plain(one(order, /<h4>(.*?)<\/h4>/) ?? '');
      return order
        .split('<li class="line"')
        .slice(1)
        .map((line) => ({ customer, order: heading, ...lineOf(line) }));
    });
}

function lineOf(html: string): Omit<ToldLine, 'customer' | 'order'> {
  const facts = one(html, /<p class="quiet facts">(.*?)<\/p>/s) ?? '';
  return {
    kind: one(html, /data-kind="(.*?)"/) ?? '',
    ending: one(html, /data-ending="(.*?)"/) ?? '',
    name: plain(one(html, /<b>(.*?)<\/b>/) ?? ''),
    outcome: plain(one(html, /<span class="outcome[^"]*">(.*?)<\/span>/) ?? ''),
    lineKey: one(facts, /line <code>(.*?)<\/code>/) ?? '',
    itemId: one(facts, /item (\d+)/),
    href: one(facts, /<a href="([^"]*)"/),
    differences: all(html, /<div(?: class="(unread)")?><dt>(.*?)<\/dt><dd>(.*?)<\/dd><\/div>/gs).map(
      ([unread, label = '', text = '']) => {
        const [before, after] = text.split('<span class="arrow">→</span>');
        const note = plain(one(text, /<span class="quiet">\((.*?)\)<\/span>/) ?? '');
        const value = (part_: string | undefined) => {
          const shown = plain((part_ ?? '').replace(/<span class="quiet">\(.*?\)<\/span>/, ''));
          return shown === 'empty' ? '' : shown;
        };
        const told = { label: plain(label), unread: unread !== undefined || !text.includes('arrow') };
        return told.unread
          ? { ...told, note: plain(text) }
          : { ...told, note, before: value(before), after: value(after) };
      },
    ),
  };
}
