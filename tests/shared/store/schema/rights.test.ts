import { describe, expect, it } from '@jest/globals';
import { loadMapping } from '../../../../shared/mapping/mapping.js';
import { mappedColumns } from '../../../../shared/store/schema/mapped-columns.js';
import { grantScript, neededRights } from '../../../../shared/store/schema/migrate-archive.js';
import { warehouseTables } from '../../../../shared/store/schema/tables.js';
import { rightsInUse, SOURCE } from './needed-rights.js';

describe('the permissions of the tasks', () => {
  const needed = neededRights(SOURCE);

  it('are exactly those that their statements and loads use', () => {
    const listed = Object.fromEntries(needed.map(({ table, rights }) => [table, [...rights].sort()]));
    const used = Object.fromEntries([...rightsInUse()].map(([table, rights]) => [table, [...rights].sort()]));
    expect(listed).toEqual(used);
  });

  it('include SELECT on the source, and cover every table of ours', () => {
    expect(needed.map(({ table }) => table)).toEqual([
      SOURCE,
      ...warehouseTables(mappedColumns(loadMapping())).map(({ name }) => name),
      'MON_Schema',
    ]);
    expect(needed[0]?.rights).toEqual(['SELECT']);
  });

  it('are exactly those in the grant script', () => {
    const grants = [...grantScript().matchAll(/^GRANT (SELECT.*) ON dbo\."(.+)" TO "customer_orders";$/gm)];
    expect(grants.map(([, rights, table]) => ({ table, rights: rights?.split(', ') }))).toEqual(needed);
  });

  it('let readers see the view of the lines, and nothing else', () => {
    const granted = [...grantScript().matchAll(/^GRANT (.+) TO "customer_orders_readers";$/gm)];
    expect(granted.map(([, right]) => right)).toEqual(['SELECT ON dbo."v_order_line_status"']);
  });
});
