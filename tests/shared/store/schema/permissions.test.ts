import { describe, expect, it } from '@jest/globals';
import { loadMapping } from '../../../../shared/mapping/mapping.js';
import { mappedColumns } from '../../../../shared/store/schema/mapped-columns.js';
import { grantScript, neededPermissions } from '../../../../shared/store/schema/permissions.js';
import { warehouseTables } from '../../../../shared/store/schema/tables.js';
import { permissionsInUse, SOURCE } from './permissions-in-use.js';

describe('the permissions of the tasks', () => {
  const needed = neededPermissions(SOURCE);

  it('are exactly those that their statements and loads use', () => {
    const listed = Object.fromEntries(needed.map(({ table, permissions }) => [table, [...permissions].sort()]));
    const used = Object.fromEntries(
      [...permissionsInUse()].map(([table, permissions]) => [table, [...permissions].sort()]),
    );
    expect(listed).toEqual(used);
  });

  it('include SELECT on the source, and cover every table of ours', () => {
    expect(needed.map(({ table }) => table)).toEqual([
      SOURCE,
      ...warehouseTables(mappedColumns(loadMapping())).map(({ name }) => name),
      'MON_Schema',
    ]);
    expect(needed[0]?.permissions).toEqual(['SELECT']);
  });

  it('are exactly those in the grant script', () => {
    const grants = [...grantScript().matchAll(/^GRANT (SELECT.*) ON dbo\."(.+)" TO "customer_orders";$/gm)];
    expect(grants.map(([, permissions, table]) => ({ table, permissions: permissions?.split(', ') }))).toEqual(needed);
  });

  it('let readers see the view of the lines, and nothing else', () => {
    const granted = [...grantScript().matchAll(/^GRANT (.+) TO "customer_orders_readers";$/gm)];
    expect(granted.map(([, right]) => right)).toEqual(['SELECT ON dbo."v_order_line_status"']);
  });
});
