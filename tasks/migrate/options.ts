import { z } from 'zod';

export const migrateOptions = z.object({ dryRun: z.boolean(), check: z.boolean() });
