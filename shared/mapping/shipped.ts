/** The mapping of an installation that sets no MAPPING_FILE, below `sql/`. */
export const SHIPPED = 'mappings/customer-orders.yaml';
