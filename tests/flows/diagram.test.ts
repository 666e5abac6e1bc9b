import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { diagram } from '../../scripts/flows-diagram/diagram.js';
import { flowSchema } from '../../scripts/flows-lint/flow.js';
import { readFlows } from '../../scripts/flows-lint/surroundings.js';

describe('diagram', () => {
  it('shows the trigger, the steps in order, and the subflow of a loop', () => {
    const parent = flowSchema.parse({
      id: 'a-parent',
      namespace: 'n',
      triggers: [{ id: 'daily', type: 'Schedule' }],
      tasks: [
        { id: 'one', type: 'Run' },
        { id: 'each', type: 'core.Loop', tasks: [{ id: 'child', type: 'core.Subflow', flowId: 'a-child' }] },
      ],
    });
    const child = flowSchema.parse({ id: 'a-child', namespace: 'n', tasks: [{ id: 'only', type: 'Run' }] });
    const lines = diagram([parent, child])
      .split('\n')
      .map((line) => line.trim());
    expect(lines).toContain('a_parent__daily((daily)) --> a_parent__one');
    expect(lines).toContain('a_parent__one --> a_parent__each');
    expect(lines).toContain('a_parent__child -.-> a_child');
    expect(lines.filter((line) => line === 'end')).toHaveLength(3);
  });

  it('in the operators’ pages is up to date with the flows', () => {
    const flows = readFlows().map(({ text }) => flowSchema.parse(parse(text)));
    expect(readFileSync('docs/kestra.md', 'utf8')).toContain(diagram(flows));
  });
});
