import { sampleOrders } from '../../local/orders/sample.js';
import { loadOrders } from '../../local/orders/source-table.js';
import { systemClock } from '../../shared/ground/clock.js';
import { loadMapping } from '../../shared/mapping/mapping.js';
import { migrate } from '../../shared/store/schema/migrate.js';
import { openWarehouse } from '../../shared/warehouse/open.js';
import { benchDatabase } from './database.js';
import { fillSnapshot } from './snapshot.js';

const lines = Number(process.argv[2]);
const mapping = loadMapping();
const database = await benchDatabase(undefined);
const warehouse = await openWarehouse({
  url: database.url,
  schema: 'dbo',
  clock: systemClock(),
  applicationName: 'bench',
});
const orders = sampleOrders({ lines });
await migrate(warehouse, mapping, systemClock(), { waitMs: 10_000, signal: new AbortController().signal });
await loadOrders(warehouse, orders);
await fillSnapshot(warehouse, mapping, orders);
await warehouse.close();
process.stdout.write(`${database.url}\n`);
setInterval(() => undefined, 1000);
