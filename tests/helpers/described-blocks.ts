import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BlockDefinition } from '../../shared/store/blocks.js';
import { definedBlocks } from '../../shared/store/blocks.js';

/** Every block that the modules of shared/store, and that of the sample's orders, define; loads all of them. */
export async function allDefinedBlocks(): Promise<readonly BlockDefinition[]> {
  const folder = 'shared/store';
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts')))
    await import(join('../..', folder, file));
  await import('../../local/orders/store.js');
  return definedBlocks();
}
