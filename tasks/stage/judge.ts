import type { StagedChange } from '../../shared/store/lines-of-changes.js';
import type { Change } from '../../shared/store/states.js';

/** What the source shows of a change's line when stage reads it. */
export interface FoundLine {
  customer: string;
  inScope: boolean;
  /** Hash of its content now, by the mapping in use. */
  hash: string;
}

/** A change that still holds, maybe as another one than detect found; or why it no longer does. */
export type ChangeJudgement = { change: Change } | { obsolete: string };

/**
 * Rule 13: whether a change still holds. `found` is the line as the source has it now, undefined when it is not there;
 * `returned` tells that a deleted line's business key is back under a new uuid.
 */
export function judge(
  change: StagedChange,
  found: FoundLine | undefined,
  context: { customer: string; mappingVersion: string; returned: boolean },
): ChangeJudgement {
  if (change.change === 'DELETED') {
    if (found) return { obsolete: 'the line is back in the source' };
    if (context.returned) return { obsolete: 'its business key is back under another record_uuid' };
    return { change: 'DELETED' };
  }
  if (!found) return { obsolete: 'the line has left the source since it was detected' };
  if (change.taken) return { obsolete: 'another live line has its record_uuid' };
  if (found.customer !== context.customer) return { obsolete: `the line has moved to ${found.customer}` };
  if (!found.inScope) return { obsolete: 'the line has left scope' };
  return judgeContent(change, found, context.mappingVersion);
}

function judgeContent(change: StagedChange, found: FoundLine, mappingVersion: string): ChangeJudgement {
  const asAcknowledged =
    change.acknowledgedHash !== null &&
    change.acknowledgedMapping === mappingVersion &&
    change.acknowledgedHash === found.hash;
  if (change.change === 'REKEYED') return { change: found.hash === change.foundHash ? 'REKEYED' : 'CHANGED' };
  if (!asAcknowledged || change.reason !== 'CONTENT') return { change: change.change };
  return change.oldUuid === null ? { obsolete: 'its content is back to what the board has' } : { change: 'REKEYED' };
}
