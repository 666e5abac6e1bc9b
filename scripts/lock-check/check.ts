import { z } from 'zod';

const lockText = z.object({
  lockfileVersion: z.literal(3),
  packages: z.record(
    z.string(),
    z.object({
      resolved: z.string().optional(),
      integrity: z.string().optional(),
      link: z.boolean().optional(),
      inBundle: z.boolean().optional(),
    }),
  ),
});

const REGISTRY = 'https://registry.npmjs.org/';

/**
 * Packages that a lock file does not pin, in words. npm leaves them unpinned when it writes the file on one platform for
 * all, and installs them on the others as they come.
 */
export function unpinnedPackages(lock: string): { packages: number; findings: string[] } {
  const findings: string[] = [];
  let packages = 0;
  for (const [path, entry] of Object.entries(lockText.parse(JSON.parse(lock)).packages)) {
    // The project itself, and what is in a folder of it or in another package's tarball, is not downloaded.
    if (path === '' || entry.link || entry.inBundle) continue;
    packages += 1;
    if (!/^sha512-/.test(entry.integrity ?? '')) findings.push(`${path} has no integrity`);
    if (!entry.resolved?.startsWith(REGISTRY)) findings.push(`${path} does not come from ${REGISTRY}`);
  }
  return { packages, findings };
}
