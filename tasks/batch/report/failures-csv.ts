import { csvLine, safeText } from '../../../shared/ground/parsing.js';
import { itemAddress, lineName } from './format.js';
import type { Report } from './read-report.js';

const HEAD = [
  'customer',
  'order',
  'PO',
  'style and colour',
  'item',
  'size',
  'column',
  'state',
  'reason',
  'what to do',
  'item link',
  'since',
  'put right',
  'record_uuid',
  'line key',
  'request',
];

/**
 * What is wrong with the lines of a run, for the owner of the source: errors, lines that were held back, then warnings.
 * Spreadsheets take no cell of it for a formula. Empty where nothing is wrong.
 */
export function failuresCsv({ failures, held, boardUrl }: Pick<Report, 'failures' | 'held' | 'boardUrl'>): string {
  const rows = [
    ...failures.map((each) => ({ ...each, state: each.severity === 'ERROR' ? 'failed' : 'warning' })),
    ...held.map((each) => ({ ...each, state: 'held back', recordUuid: null, column: null })),
  ].sort((a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state));
  if (rows.length === 0) return '';
  return [
    HEAD,
    ...rows.map((row) => [
      row.customer,
      row.orderNumber,
      row.purchaseOrder,
      row.described,
      lineName({ ...row, size: '' }),
      row.size === '' ? null : row.size,
      row.column,
      row.state,
      row.reason,
      row.message,
      row.itemId === null || boardUrl === null ? null : itemAddress(row.itemId, boardUrl),
      row.since.toISOString(),
      row.resolvedAt?.toISOString() ?? null,
      row.recordUuid,
      row.lineKey,
      row.requestId,
    ]),
  ]
    .map((row) => csvLine(row, safeText))
    .join('');
}

const STATES = ['failed', 'held back', 'warning'];
