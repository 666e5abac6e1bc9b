import { newUuid } from '../../../shared/ground/ids.js';
import type { MutationField } from '../../../shared/monday/operations.js';
import type { Exchange } from '../exchange.js';
import type { Lab } from '../lab.js';
import { itemName } from '../mark.js';
import { labelValue } from './labels.js';

const again = ({ answer }: Exchange): string => {
  if (answer.replayed) return 'the first answer';
  return answer.kind === 'answered' ? 'executed' : answer.failure.code;
};

/** What is kept under an idempotency key: successes, refusals, answers that are partly good; and for which body. */
export async function keptAnswers(lab: Lab) {
  const dropdown = await lab.column('dropdown');
  const refused = { [dropdown]: labelValue('dropdown', 'Probe no such label') };
  const twice = async (
    fields: readonly MutationField[],
    others = fields,
    key: string = newUuid(),
  ): Promise<Exchange> => {
    await lab.send(fields, { key });
    return lab.send(others, { key, repeat: false });
  };
  const item = (alias: string, what: string, values = {}) => lab.newItem({ alias, what, values });
  const success = await twice([item('a', 'kept success')]);
  const refusal = await twice([item('a', 'kept refusal', refused)]);
  const partial = await twice([item('a', 'kept in part'), item('b', 'kept in part refused', refused)]);
  const otherBody = await twice([item('a', 'kept first body')], [item('a', 'kept other body')]);
  const longKey = await twice([item('a', 'kept long key')], undefined, newUuid().padEnd(255, 'x'));
  const names = (await lab.items()).map(({ name }) => name);
  const count = (what: string): number => names.filter((name) => name === itemName(what)).length;
  return {
    answered: {
      success: again(success),
      refusal: again(refusal),
      partly: again(partial),
      otherBody: again(otherBody),
      keyOf255: again(longKey),
      itemsOfOneSuccess: count('kept success'),
      itemsOfOnePart: count('kept in part'),
      itemsOfTheOtherBody: count('kept other body'),
    },
  };
}
