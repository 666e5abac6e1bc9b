import { FixFirstError, TryAgainError } from '../../shared/ground/errors.js';
import { plural } from '../../shared/ground/text.js';
import { printError } from '../../shared/runtime/outputs.js';
import { isLoopback } from '../../shared/runtime/setting-forms.js';
import { print } from '../run-local.js';
import { changedLines, isSame } from './changes.js';
import type { DeployFlags } from './command.js';
import { earlierFlows, type Flow, flowsOfThisVersion, imagesOf, keepDisabled, versionOf } from './flows.js';
import { checkImages, localName, pushImages } from './images.js';
import { Kestra, type StoredFlow } from './kestra.js';
import { readLogIn } from './log-in.js';

/** A flow with the server's current state of it. */
interface Planned extends Flow {
  present: StoredFlow | undefined;
}

/** Images first, flows then: what stops it half way leaves flows whose images are there. Returns the exit code. */
export async function deploy({ kestra: url, namespace, registry, dryRun, to }: DeployFlags): Promise<number> {
  const kestra = new Kestra(url, readLogIn(process.env));
  if (url.startsWith('http:') && !isLoopback(url)) printError('The log-in travels to this address unencrypted.');
  const server = `${url}, Kestra ${await kestra.version()}`;
  await refuseSecondPlace(kestra, namespace);

  const own = flowsOfThisVersion({ namespace, registry });
  const ids = own.map(({ id }) => id);
  const flows = await plan(kestra, namespace, to === undefined ? own : await earlierFlows(kestra, namespace, ids, to));
  const version = [...new Set(flows.map(({ source }) => versionOf(source)))].join(', ');
  await validate(kestra, flows);
  const changed = flows.filter(({ source, present }) => present === undefined || !isSame(source, present.source));
  for (const flow of flows) tellChange(flow, changed.includes(flow));

  const images = imagesOf(flows);
  const pushed = registry === undefined ? [] : images;
  await checkImages(pushed.length > 0 ? images.map(localName) : images);
  if (dryRun) {
    for (const image of pushed) print(`would push ${image}`);
    print(`Nothing was written. ${plural(changed.length, 'flow')} of version ${version} would change on ${server}.`);
    return 0;
  }
  await pushImages(pushed);
  if (pushed.length > 0) await checkImages(pushed);
  for (const { id, source, present } of changed) await kestra.save(namespace, id, source, present !== undefined);
  await compare(kestra, namespace, flows);
  print(
    `${plural(flows.length, 'flow')} of version ${version} on ${server}: ${changed.length} changed. Nothing was started.`,
  );
  return 0;
}

/**
 * Settings and secrets are the server's, so flows in two namespaces would carry the same orders twice over.
 * @throws FixFirstError where they are in another one already.
 */
async function refuseSecondPlace(kestra: Kestra, namespace: string): Promise<void> {
  for (const other of await kestra.namespaces())
    if (other !== namespace && (await kestra.flow(other, 'customer-orders')) !== undefined)
      throw new FixFirstError(
        'KESTRA_REFUSED',
        `The server has the flow customer-orders in namespace ${other} already, and both would run on the schedule. Deploy to --namespace ${other}, or delete that one first.`,
      );
}

async function plan(kestra: Kestra, namespace: string, flows: readonly Flow[]): Promise<Planned[]> {
  const planned: Planned[] = [];
  for (const { id, source } of flows) {
    const present = await kestra.flow(namespace, id);
    planned.push({ id, source: keepDisabled(source, present?.source), present });
  }
  return planned;
}

/** @throws FixFirstError that names each flow that the server does not accept. */
async function validate(kestra: Kestra, flows: readonly Flow[]): Promise<void> {
  const wrong: string[] = [];
  for (const { id, source } of flows) {
    const found = await kestra.validate(source);
    if (found.wrong !== undefined) wrong.push(`${id}: ${found.wrong.trim().replace(/\.$/, '')}.`);
    for (const warning of found.warnings) print(`${id}: the server warns: ${warning}`);
  }
  if (wrong.length > 0)
    throw new FixFirstError('KESTRA_REFUSED', `The server does not accept ${wrong.join(' ')} Nothing was written.`);
}

function tellChange({ id, source, present }: Planned, isChanged: boolean): void {
  const off = /^disabled: true$/m.test(source) ? ', switched off on the server and left so' : '';
  if (present === undefined) print(`${id}: new`);
  else if (isChanged) print(`${id}: changes from revision ${present.revision}${off}`);
  else print(`${id}: is as it should be${off}`);
  if (present !== undefined && isChanged) for (const line of changedLines(present.source, source)) print(`  ${line}`);
}

/** @throws TryAgainError that names each flow that differs on the server now. */
async function compare(kestra: Kestra, namespace: string, flows: readonly Flow[]): Promise<void> {
  const other: string[] = [];
  for (const { id, source } of flows) {
    const present = await kestra.flow(namespace, id);
    if (present === undefined || !isSame(source, present.source)) other.push(id);
  }
  if (other.length > 0)
    throw new TryAgainError(
      'DEPLOY_INCOMPLETE',
      `The server does not have what was sent of ${other.join(', ')}: somebody changes it at the same time. Run again.`,
    );
}
