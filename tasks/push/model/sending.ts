import type { Send } from '../../../shared/ledger/decide.js';
import type { MutationName } from '../../../shared/monday/operations.js';
import type { Unit } from './unit.js';

export interface Sending {
  unit: Unit;
  send: Send;
}

export function operationOf({ unit, send }: Sending): MutationName {
  if (unit.place.kind === 'group') return 'createGroup';
  switch (send.kind) {
    case 'create':
      return unit.place.kind === 'item' ? 'createItem' : 'createSubitem';
    case 'change':
      return 'changeValues';
    case 'move':
      return 'moveItemToGroup';
    case 'archive':
      return 'archiveItem';
  }
}
