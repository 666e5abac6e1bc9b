import sql from 'mssql';
import { sqlServerConfig } from '../../shared/warehouse/mssql/config.js';
import { quoteColumns } from '../../shared/warehouse/port/statements.js';

/** Reads columns of the source with the client of SQL Server as it comes, row by row. Returns the number of rows. */
export async function readByClient(url: string, columns: readonly string[]): Promise<number> {
  const pool = await new sql.ConnectionPool(sqlServerConfig(url, 'bench client')).connect();
  try {
    const request = pool.request();
    request.stream = true;
    request.arrayRowMode = true;
    let rows = 0;
    request.on('row', () => {
      rows += 1;
    });
    await request.query(`SELECT ${quoteColumns(columns)} FROM dbo."ORDERS_UNIFIED"`);
    return rows;
  } finally {
    await pool.close();
  }
}
