import { z } from 'zod';
import { trimEndOf } from '../../shared/ground/text.js';
import { defineCommand } from '../../shared/runtime/command.js';
import { type FlagsOf, flag } from '../../shared/runtime/flags.js';
import { localCommand } from '../run-local.js';
import { deploy } from './deploy.js';

const VERSION = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.]+)?$/;
const NAMESPACE = /^[a-z0-9][a-z0-9._-]*$/;
/** Host, with a port where it has one, and the path that some registries want. */
const REGISTRY = /^[a-z0-9.-]+(?::\d+)?(?:\/[a-z0-9._-]+)*$/;

export const deployCommand = defineCommand({
  describe:
    'Bring the flows of this version to a Kestra server: validated by the server, with their images checked, compared afterwards. Starts nothing. The log-in is read from KESTRA_USER and KESTRA_PASSWORD or KESTRA_PASSWORD_FILE, in the environment or in .env.',
  examples: [
    ['$0 --kestra http://localhost:8080 --dry-run', 'only say what would change'],
    ['$0 --kestra https://kestra.example --registry registry.example', 'push the images first, run them from there'],
    ['$0 --kestra https://kestra.example --to 1.0.0', 'back to the flows that the server had of that version'],
  ],
  flags: {
    kestra: flag.value('Address of the Kestra server', ({ z }) => z.string().transform(addressOf)).required(),
    namespace: flag
      .matching(NAMESPACE, 'must be a namespace such as company.team', 'Namespace of the flows on the server')
      .default('company.team'),
    registry: flag
      .matching(
        REGISTRY,
        'must be a registry such as registry.example:5000/team',
        'Registry to push the images to and to run them from',
      )
      .without('to', ': the flows of that version name their registry themselves'),
    'dry-run': flag.switch('Only say what would change; nothing is written'),
    to: flag.matching(VERSION, 'must be a version such as 1.0.0', 'Go back to a version that the server has had'),
  },
});

export type DeployFlags = FlagsOf<typeof deployCommand>;

export const commands = [localCommand(deployCommand, deploy)];

/** The address of the server itself, also where one of a page of its UI was copied. */
function addressOf(text: string, context: z.RefinementCtx): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    context.addIssue({ code: 'custom', message: 'must be an address such as https://kestra.example' });
    return z.NEVER;
  }
  if (url.username !== '' || url.password !== '') {
    const message = 'must not hold the log-in, which others would see: set KESTRA_USER and KESTRA_PASSWORD';
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  }
  const [path = ''] = url.pathname.split(/\/ui(?=\/|$)/);
  return url.origin + trimEndOf(path, '/');
}
