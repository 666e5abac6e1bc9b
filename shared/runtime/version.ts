import { messageOf } from '../ground/errors.js';
import { withEnvFile } from './env-file.js';

/** Inserted by scripts/build.js; undefined if TypeScript runs without it. */
declare const BUILD: { version: string; revision: string } | undefined;

/** For an image, whose bundle is built without a repository. */
const REVISION = 'CUSTOMER_ORDERS_REVISION';

/** `customer-orders 1.0.0, commit 1a2b3c…, mapping 0123456789ab`: the version of this program and of its mapping. */
export async function versionLine(env: NodeJS.ProcessEnv = withEnvFile(process.env)): Promise<string> {
  const built = typeof BUILD === 'undefined' ? { version: 'dev', revision: 'unknown' } : BUILD;
  return `customer-orders ${built.version}, commit ${env[REVISION]?.trim() || built.revision}, mapping ${await mappingVersion(env)}`;
}

async function mappingVersion(env: NodeJS.ProcessEnv): Promise<string> {
  const { openMapping } = await import('../mapping/open-mapping.js');
  try {
    return (await openMapping(env['MAPPING_FILE']?.trim() || undefined)).version;
  } catch (error) {
    return `unreadable: ${messageOf(error)}`;
  }
}
