import type { SourceLayout } from '../../../shared/lines/layout.js';
import { parseStatement, quoteColumns, quoteIdentifier } from '../../../shared/warehouse/port/statements.js';
import type { Warehouse } from '../../../shared/warehouse/port/warehouse.js';
import { seconds } from '../measure.js';
import type { Took } from '../processes.js';

/** PostgreSQL hashes every row of the source and joins it with the snapshot; the client only waits. */
export async function hashInDatabase(warehouse: Warehouse, layout: SourceLayout): Promise<Took> {
  const key = quoteIdentifier(layout.uuidColumn);
  const text = `SELECT COUNT(*) AS "different" FROM
    (SELECT o.${key} AS "k", encode(sha256(convert_to(CAST(o AS TEXT), 'UTF8')), 'hex') AS "h"
     FROM (SELECT ${quoteColumns(layout.select)} FROM dbo."ORDERS_UNIFIED") o) s
    FULL JOIN dbo."ORDERS_UNIFIED_SNAPSHOT" n ON s."k" = n."record_uuid" WHERE s."h" IS DISTINCT FROM n."row_hash"`;
  const wall = await seconds(() => warehouse.query(parseStatement('bench', text)));
  return { wall, cpu: 0, printed: '' };
}
