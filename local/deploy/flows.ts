import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FixFirstError } from '../../shared/ground/errors.js';
import type { Kestra } from './kestra.js';

const FOLDER = 'flows';
const OWN_NAMESPACE = /^namespace: company\.team$/m;
const IMAGE = /^( +containerImage: ")([^"]*):\{\{ vars\.tag \}\}"$/gm;
const TAG = /^ {2}tag: (\S+)$/m;
const DISABLED = /^disabled *:.*\n?/gm;

export interface Flow {
  id: string;
  source: string;
}

/** The flows of this version in the form for one server, those first that others start. */
export function flowsOfThisVersion({
  namespace,
  registry,
}: {
  namespace: string;
  registry: string | undefined;
}): Flow[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => ({ id: file.replace(/\.yaml$/, ''), text: readFileSync(join(FOLDER, file), 'utf8') }))
    .sort((one, other) => Number(starts(one.text)) - Number(starts(other.text)))
    .map(({ id, text }) => {
      const named = text.replace(OWN_NAMESPACE, `namespace: ${namespace}`);
      return { id, source: registry === undefined ? named : named.replace(IMAGE, `$1${registry}/$2:{{ vars.tag }}"`) };
    });
}

function starts(text: string): boolean {
  return text.includes('io.kestra.plugin.core.flow.Subflow');
}

/**
 * The flows that the server had of an earlier version: of each the latest revision with that tag.
 * @throws FixFirstError when it has never had one of them.
 */
export async function earlierFlows(kestra: Kestra, namespace: string, ids: readonly string[], version: string) {
  const found: Flow[] = [];
  const missing: string[] = [];
  for (const id of ids) {
    const revisions = await kestra.revisions(namespace, id);
    const [latest] = revisions
      .filter(({ source }) => TAG.exec(source)?.[1] === version)
      .sort((one, other) => other.revision - one.revision);
    if (latest === undefined) missing.push(id);
    else found.push({ id, source: latest.source });
  }
  if (missing.length > 0)
    throw new FixFirstError(
      'KESTRA_REFUSED',
      `The server has never had ${missing.join(', ')} of version ${version} in ${namespace}. Check out v${version} and deploy it from there.`,
    );
  return found;
}

/** Every image that the flows run, and that of migrate, which prepares the tables for them. */
export function imagesOf(flows: readonly Flow[]): string[] {
  const images = new Set<string>();
  for (const { source } of flows) {
    const tag = versionOf(source);
    for (const [, , name = ''] of source.matchAll(IMAGE)) {
      images.add(`${name}:${tag}`);
      images.add(`${name.slice(0, name.lastIndexOf('/'))}/migrate:${tag}`);
    }
  }
  return [...images].sort();
}

export function versionOf(source: string): string {
  return TAG.exec(source)?.[1] ?? 'unknown';
}

/** A flow that somebody has switched off stays off: to deploy must start nothing. */
export function keepDisabled(source: string, present: string | undefined): string {
  const without = source.replace(DISABLED, '');
  const isDisabled = /^disabled *: *true *$/m.test(present ?? '');
  return isDisabled ? `${without.trimEnd()}\ndisabled: true\n` : without;
}
