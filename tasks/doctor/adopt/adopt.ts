import { messageOf, TryAgainError } from '../../../shared/ground/errors.js';
import { followedBy } from '../../../shared/ground/followed-by.js';
import { textIn } from '../../../shared/mapper/compared.js';
import { subitemKey } from '../../../shared/mapper/sizes.js';
import { customersOf } from '../../../shared/mapping/customers.js';
import type { Mapping } from '../../../shared/mapping/mapping.js';
import type { Untold } from '../../../shared/monday/divided-reads.js';
import { wordsOf } from '../../../shared/monday/errors.js';
import type { Outcome } from '../../../shared/runtime/task.js';
import { addCalls, refuseOtherBoard, rememberBoard } from '../../../shared/store/boards.js';
import { Ledger } from '../../../shared/store/ledger.js';
import { customerLock, withBoard, withLock } from '../../../shared/store/locks.js';
import type { Warehouse } from '../../../shared/warehouse/port/warehouse.js';
import type { AdoptFlags } from '../commands.js';
import type { AccountSeen, Site } from '../site.js';
import { type Adoption, adoptionLines, adoptionSchema, type Left, recordPairs } from './adoption.js';
import type { AdoptionPair } from './plan.js';
import { type Survey, survey } from './survey.js';
import { type KeyWrite, writeKeys } from './write-keys.js';

/** So many items are recorded and written at a time: what a kill leaves half done is small. */
const ITEMS_AT_ONCE = 100;

/** Rule 24: takes items of another program over: says which, or with --apply does it. */
export async function adopt(site: Site, flags: AdoptFlags): Promise<Outcome> {
  const mapping = await site.mapping.get();
  const asked = flags.customer && new Set(customersOf(mapping, flags.customer));
  const warehouse = await site.pipeline.get();
  const boardId = site.need('MONDAY_BOARD_ID');
  await refuseOtherBoard(warehouse, boardId);
  const seen = await site.account.get();
  const { pace } = seen.connection;
  const work = async (): Promise<Adoption> =>
    flags.apply
      ? withBoard(warehouse, boardId, site.patience(), async (lock) => {
          const found = await survey(site, mapping, warehouse, asked);
          await rememberBoard(warehouse, boardId, site.clock.now());
          return new Adopter(site, mapping, warehouse, seen, found, lock.lost).apply();
        })
      : reportOf(await survey(site, mapping, warehouse, asked));
  const adoption = await followedBy(
    work,
    () => addCalls(warehouse, boardId, pace.takeCalls()),
    (error) => site.log.warn(`The calls of doctor could not be counted: ${messageOf(error)}`),
  );
  const { pairs, rewritten, left, applied } = adoption;
  return {
    lines: flags.json ? [JSON.stringify(adoptionSchema.parse(adoption))] : adoptionLines(adoption),
    outputs: {
      status: applied ? 'ADOPTED' : 'DRY_RUN',
      items: pairs.length,
      subitems: pairs.reduce((sum, { sizes }) => sum + sizes, 0),
      rewritten,
      left: left.length,
      ...pace.totals,
    },
    rowErrors: left.some(({ reason }) => reason === 'REFUSED' || reason === 'UNREAD'),
  };
}

function reportOf({ pairs, lost, left }: Survey): Adoption {
  return { applied: false, pairs: pairs.map(pairOf), rewritten: lost.length, left: [...left] };
}

function pairOf({ item, line }: AdoptionPair): Adoption['pairs'][number] {
  return { itemId: item.id, lineKey: line.lineKey, customer: line.customer, sizes: item.itemSizes.length };
}

/** Carries an adoption out, customer by customer, under the locks of push. */
class Adopter {
  readonly #site: Site;
  readonly #mapping: Mapping;
  readonly #warehouse: Warehouse;
  readonly #seen: AccountSeen;
  readonly #survey: Survey;
  readonly #lost: AbortSignal;
  readonly #ledger: Ledger;
  readonly #left: Left[];
  readonly #pairs: AdoptionPair[] = [];

  constructor(site: Site, mapping: Mapping, warehouse: Warehouse, seen: AccountSeen, found: Survey, lost: AbortSignal) {
    this.#site = site;
    this.#mapping = mapping;
    this.#warehouse = warehouse;
    this.#seen = seen;
    this.#survey = found;
    this.#lost = lost;
    this.#ledger = new Ledger(found.boardId);
    this.#left = [...found.left];
  }

  async apply(): Promise<Adoption> {
    const { pairs, lost } = this.#survey;
    const refused = await writeKeys(this.#seen.connection, this.#site.log, lost);
    const customers = [...new Set(pairs.map(({ line }) => line.customer))].sort();
    for (const customer of customers) {
      const own = pairs.filter(({ line }) => line.customer === customer);
      await withLock(this.#warehouse, customerLock(this.#warehouse, customer), this.#site.patience(), (lock) =>
        this.#adoptCustomer(customer, own, lock.lost),
      );
    }
    return {
      applied: true,
      pairs: this.#pairs.map(pairOf),
      rewritten: lost.length - refused.size,
      left: this.#left,
    };
  }

  async #adoptCustomer(customer: string, pairs: readonly AdoptionPair[], lockLost: AbortSignal): Promise<void> {
    const { log, signal, clock } = this.#site;
    for (let start = 0; start < pairs.length; start += ITEMS_AT_ONCE) {
      if (signal.aborted || this.#lost.aborted || lockLost.aborted)
        throw new TryAgainError(
          'STOPPED',
          `Stopped after ${start} of ${pairs.length} items of ${customer}. Run again.`,
          {
            where: { customer },
          },
        );
      const part = await this.#stillStrange(pairs.slice(start, start + ITEMS_AT_ONCE));
      const options = { groupTitles: this.#survey.groupTitles, now: clock.now() };
      await this.#warehouse.transaction((transaction) =>
        recordPairs(transaction, this.#ledger, this.#mapping, part, options),
      );
      const refused = await writeKeys(
        this.#seen.connection,
        log,
        part.flatMap((pair) => this.#writesOf(pair)),
      );
      for (const pair of part) {
        this.#pairs.push(pair);
        if (pair.places.some(({ itemId }) => refused.has(itemId))) this.#leave(pair, 'REFUSED');
      }
      log.info(`Adopted ${start + part.length} of ${pairs.length} items.`, { customer });
    }
  }

  /** An adoption may take an hour, and people work on the board meanwhile. */
  async #stillStrange(pairs: readonly AdoptionPair[]): Promise<AdoptionPair[]> {
    const { reader } = this.#seen.connection;
    const column = this.#mapping.item.key.id;
    const ids = pairs.map(({ item }) => item.id);
    const untold: Untold = new Map();
    const now = new Map((await reader.itemsById(ids, [column], untold)).map((item) => [item.id, item]));
    return pairs.filter((pair) => {
      const failure = untold.get(pair.item.id);
      if (failure !== undefined) {
        this.#site.log.warn(`Item ${pair.item.id} could not be read: ${wordsOf(failure)}`);
        this.#leave(pair, 'UNREAD');
        return false;
      }
      const item = now.get(pair.item.id);
      if (item?.state === 'active' && textIn(item, column) === '') return true;
      this.#leave(pair, 'CHANGED_MEANWHILE');
      return false;
    });
  }

  #writesOf({ item, line }: AdoptionPair): KeyWrite[] {
    const { boardId, sizeKeys } = this.#survey;
    const { id, itemSizes } = item;
    const { lineKey } = line;
    const ofSizes =
      sizeKeys === undefined
        ? []
        : itemSizes.map((size) => ({ ...sizeKeys, itemId: size.id, key: subitemKey(lineKey, size.label) }));
    return [{ boardId, itemId: id, column: this.#mapping.item.key.id, key: lineKey }, ...ofSizes];
  }

  #leave({ item, line }: AdoptionPair, reason: Left['reason']): void {
    const { id: itemId, order } = item;
    this.#left.push({ itemId, order, customer: line.customer, reason, lineKeys: [line.lineKey] });
  }
}
