/** Things by a text of theirs, in their order. */
export function grouped<Thing>(things: Iterable<Thing>, textOf: (thing: Thing) => string): Map<string, Thing[]> {
  const groups = new Map<string, Thing[]>();
  for (const thing of things) {
    const text = textOf(thing);
    const group = groups.get(text);
    if (group === undefined) groups.set(text, [thing]);
    else group.push(thing);
  }
  return groups;
}
