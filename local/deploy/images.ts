import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { FixFirstError, messageOf, TryAgainError } from '../../shared/ground/errors.js';
import { trimEndOf } from '../../shared/ground/text.js';
import { print } from '../run-local.js';

const run = promisify(execFile);
/** The names that `npm run images` gives; in a registry its name comes first. */
const LOCAL = /^customer-orders\//;
const ON_THIS_MACHINE = /^(localhost|127\.0\.0\.1)[:/]/;

/** Pushes the local images to the registry with which their names begin. Pushing again is harmless. */
export async function pushImages(images: readonly string[]): Promise<void> {
  for (const image of images) {
    await docker(['tag', localName(image), image]);
    await docker(['push', '--quiet', image]).catch((error: unknown) => {
      throw new TryAgainError(
        'DEPLOY_INCOMPLETE',
        `${image} could not be pushed: ${saidBy(error)}. No flow was changed. Where the registry wants a log-in, run docker login; then run again.`,
        { cause: error },
      );
    });
    print(`pushed ${image}`);
  }
}

/** What `npm run images` has called an image of a registry. */
export function localName(image: string): string {
  return image.slice(image.indexOf('customer-orders/'));
}

/**
 * Looks for each image where the workers find it: in its registry, or on their Docker engine, which is the one that
 * `docker` talks to here (DOCKER_HOST names another).
 * @throws FixFirstError that names what is missing.
 */
export async function checkImages(images: readonly string[]): Promise<void> {
  const missing: string[] = [];
  for (const image of images) if (!(await exists(image))) missing.push(image);
  if (missing.length === 0) return;
  const [first = ''] = missing;
  throw new FixFirstError(
    'IMAGE_MISSING',
    LOCAL.test(first)
      ? `The Docker engine lacks ${missing.join(', ')}. Run npm run images where the workers run, or name their engine in DOCKER_HOST.`
      : `The registry lacks ${missing.join(', ')}, or does not show it. Push it there, or run docker login.`,
  );
}

async function exists(image: string): Promise<boolean> {
  const insecure = ON_THIS_MACHINE.test(image) ? ['--insecure'] : [];
  const words = LOCAL.test(image) ? ['image', 'inspect', image] : ['manifest', 'inspect', ...insecure, image];
  try {
    await docker(words);
    return true;
  } catch (error) {
    if (/no such (image|manifest)|manifest unknown|not found|denied|unauthorized/i.test(saidBy(error))) return false;
    throw new TryAgainError(
      'DEPLOY_INCOMPLETE',
      `docker could not look for ${image}: ${saidBy(error)}. No flow was changed; run again.`,
      {
        cause: error,
      },
    );
  }
}

async function docker(words: readonly string[]): Promise<void> {
  try {
    await run('docker', words, { maxBuffer: 16 * 1024 * 1024 });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new FixFirstError(
        'IMAGE_MISSING',
        'docker is not installed here, so the images cannot be checked. Install its client.',
      );
    throw error;
  }
}

/** The last line of docker's output, which says why. */
function saidBy(error: unknown): string {
  const text = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
  return trimEndOf(text.split('\n').at(-1) || messageOf(error), ' \n.');
}
