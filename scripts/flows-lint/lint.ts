import { parseDocument } from 'yaml';
import { flowSchema, type Surroundings } from './flow.js';
import { referenceProblems } from './references.js';
import { ruleProblems } from './rules.js';

/** What Kestra's own validation lets through, sentence by sentence; an empty list is a good flow. */
export function lintFlow(text: string, around: Surroundings): string[] {
  const document = parseDocument(text, { uniqueKeys: true });
  if (document.errors.length > 0) return document.errors.map(({ message }) => message.split('\n', 1)[0] ?? message);
  const flow = flowSchema.safeParse(document.toJS());
  if (!flow.success) return flow.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  return [...ruleProblems(flow.data, around), ...referenceProblems(flow.data, around)];
}
