import { z } from 'zod';
import type { Braked } from './change-sets.js';
import { BRAKE_REASONS } from './states.js';

const count = z.number().optional();

/** A braked customer as the outputs of a run have it. */
export const brakedSchema = z.object({
  customer: z.string(),
  reason: z.enum(BRAKE_REASONS),
  known: count,
  changed: count,
  deleted: count,
  left: count,
});

type Numbers = { [Name in keyof Braked]: Braked[Name] | undefined } & Pick<Braked, 'reason'>;

/** What stopped a customer, in numbers, and who can say whether it is meant. */
export function brakedWords({ reason, known = 0, changed = 0, deleted = 0, left = 0 }: Numbers): string {
  switch (reason) {
    case 'CHANGES':
      return `${changed} of ${known} known lines changed: ask the owner of the source`;
    case 'DELETES':
      return `${deleted} of ${known} known lines vanished: ask the owner of the source`;
    case 'SCOPE':
      return `${left} of ${known} known lines left scope by a name or word that the mapping does not know: add it to the mapping, or correct the source`;
    case 'RESTORED':
      return 'its board was taken back to an archive and stays so';
  }
}
