import pg from 'pg';

const asIs = (text: string): string => text;
const asNumber = (text: string): number => Number(text);
const asUtc = (text: string): Date => new Date(`${text.replace(' ', 'T')}Z`);
const PARSERS: Readonly<Record<number, (text: string) => unknown>> = { 21: asNumber, 23: asNumber, 1114: asUtc };
/** How rows of a query come: numbers, UTC times, all else as text. */
export const rowTypes = {
  getTypeParser: (oid: number) => (oid === 17 ? pg.types.getTypeParser(17) : (PARSERS[oid] ?? asIs)),
};
/** How streamed array rows come: all as text. */
export const textTypes = { getTypeParser: () => asIs };
