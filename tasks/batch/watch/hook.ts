import type { Log } from '../../../shared/ground/errors.js';
import { messageOf } from '../../../shared/ground/errors.js';
import { plural } from '../../../shared/ground/text.js';
import { unmappedText } from '../../../shared/mapper/unmapped.js';
import { unsoundText } from '../../../shared/store/refused.js';
import type { KeptAlert } from '../../../shared/store/run-figures.js';
import { dayText } from '../facts/calls.js';
import type { WatchFinding } from './finding.js';

/** A slow receiver must not hold a run up. */
const HOOK_TIMEOUT_MS = 3_000;
/** Names in one line; the payload has all. */
const MOST_NAMED = 10;
const MOST_SHOWN = 3_500;

export interface Alert {
  runId: string;
  findings: readonly WatchFinding[];
  /** Where people look at the run. */
  link?: string | undefined;
}

/** `json`: everything in its parts; the others as chats take them. */
export type AlertFormat = 'json' | 'chat' | 'teams';

/** Posts the findings; whatever comes of it is only logged, and never with the address, which is often a secret. */
export async function postAlert(
  url: string,
  alert: Alert,
  { format, log, signal }: { format: AlertFormat; log: Log; signal: AbortSignal },
): Promise<Exclude<KeptAlert['post'], 'not configured'>> {
  const { runId } = alert;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(bodyOf(alert, format)),
      redirect: 'manual',
      signal: AbortSignal.any([signal, after(HOOK_TIMEOUT_MS)]),
    });
    await response.body?.cancel();
    if (response.ok) return 'accepted';
    log.warn(`The alert was not accepted: the webhook answered ${response.status}. Check ALERT_URL.`, { runId });
    return 'refused';
  } catch (error) {
    log.warn(`The alert could not be posted: ${messageOf(error).replaceAll(url, 'ALERT_URL')}. Check ALERT_URL.`, {
      runId: alert.runId,
    });
    return 'unanswered';
  }
}

/** A chat takes the text, and some refuse a key that they do not know. */
export function bodyOf(alert: Alert, format: AlertFormat): object {
  const { runId, findings, link } = alert;
  if (format === 'json')
    return { program: 'customer-orders', run: runId, text: linked(describe(alert), link), findings, ...linkOf(link) };
  const text = shown(describe(alert));
  return format === 'chat' ? { text: linked(text, link) } : adaptiveCard(text, link);
}

/** What a workflow of Microsoft Teams posts to a channel. */
function adaptiveCard(text: string, link: string | undefined): object {
  const actions =
    link === undefined ? {} : { actions: [{ type: 'Action.OpenUrl', title: 'Open in Kestra', url: link }] };
  const content = { type: 'AdaptiveCard', version: '1.2', body: [{ type: 'TextBlock', text, wrap: true }], ...actions };
  return { type: 'message', attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }] };
}

/** Chats read `<…>` as a mention or a link, which a name in an order must not make; Google Chat takes 4,096 characters. */
function shown(text: string): string {
  const harmless = text.replaceAll('<', '‹').replaceAll('>', '›');
  return harmless.length > MOST_SHOWN ? `${harmless.slice(0, MOST_SHOWN)}…` : harmless;
}

function linked(text: string, link: string | undefined): string {
  return link === undefined ? text : `${text} ${link}`;
}

function linkOf(link: string | undefined): { link?: string } {
  return link === undefined ? {} : { link };
}

/** One line for a chat. */
export function describe({ runId, findings }: Pick<Alert, 'runId' | 'findings'>): string {
  return `customer-orders run ${runId}: ${findings.map(sentence).join('; ')}`;
}

/** One finding in words. */
export function sentence(finding: WatchFinding): string {
  const { value, limit } = finding;
  const of = namesOf(finding);
  switch (finding.check) {
    case 'accepted':
      return `${percent(value)} of the mutations were accepted, at least ${percent(limit)} should be${of}`;
    case 'rejected':
      return `${percent(value)} of the lines were rejected, at most ${percent(limit)} should be${of}`;
    case 'duration':
      return `it took ${value.toFixed(1)} minutes, at most ${limit.toFixed(1)} were expected${of}`;
    case 'archive-growth':
      return `an archive grew by ${percent(value)} in a week, at most ${percent(limit)} is expected${of}`;
    case 'archive-month':
      return `${value.toFixed(1)} MB were archived in 30 days, ${limit} are planned${of}`;
    case 'unsound':
      return unsoundText(value);
    case 'unfinished':
      if (finding.error !== undefined) return `detect could not finish the run: ${finding.error}`;
      return `${plural(value, 'customer is', 'customers are')} not finished: ${finding.customers
        .slice(0, MOST_NAMED)
        .map(({ customer, error }) => `${customer}, ${error}`)
        .join(' ')}`;
    case 'failed':
      return `${plural(value, 'line was', 'lines were')} refused by the board${of}`;
    case 'braked':
      return `${plural(value, 'customer is', 'customers are')} braked and left out${of}`;
    case 'calls':
      return finding.calls === undefined ? '' : dayText(finding.calls);
    case 'unmapped':
      return `names or words that the mapping does not know keep lines out of scope: ${(finding.unmapped ?? []).slice(0, MOST_NAMED).map(unmappedText).join(', ')}${value > MOST_NAMED ? ` and ${value - MOST_NAMED} more` : ''}`;
  }
}

/** The customers concerned: the first by name, and how many more. */
function namesOf({ customers }: WatchFinding): string {
  if (customers.length === 0) return '';
  const names = customers.slice(0, MOST_NAMED).map(({ customer }) => customer);
  const more = customers.length - names.length;
  return ` (${names.join(', ')}${more > 0 ? ` and ${more} more` : ''})`;
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}

/** Aborts after so long. Its timer holds it: AbortSignal.timeout may be collected, and never fire, where nothing else does. */
function after(ms: number): AbortSignal {
  const late = new AbortController();
  setTimeout(() => late.abort(new DOMException(`no answer within ${ms} ms`, 'TimeoutError')), ms).unref();
  return late.signal;
}
