import { execFileSync } from 'node:child_process';

/** The commit of this checkout; `unknown` outside a repository. */
export function revision() {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown';
  }
}
