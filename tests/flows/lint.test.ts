import { describe, expect, it } from '@jest/globals';
import type { Surroundings } from '../../scripts/flows-lint/flow.js';
import { lintFlow } from '../../scripts/flows-lint/lint.js';
import { settingProblems, withSettings } from '../../scripts/flows-lint/settings.js';
import { readFlows, readSurroundings } from '../../scripts/flows-lint/surroundings.js';
import { VERSION } from '../helpers/version.js';

const AROUND: Surroundings = {
  flowIds: new Set(['child']),
  secrets: new Set(['WAREHOUSE_URL']),
  envs: new Set(['monday_board_id']),
  version: VERSION,
};

const GOOD = `
id: parent
namespace: company.team
inputs:
  - { id: names, type: ARRAY, itemType: STRING }
variables: { tag: ${VERSION} }
tasks:
  - id: detect
    type: io.kestra.plugin.docker.cli.Run
    containerImage: "customer-orders/detect:{{ vars.tag }}"
    commands: >-
      {% set argv = ['--method', "it's"] %}
      {% for name in inputs.names ?? [] %}{% set argv = argv | merge(['--customer', name]) %}{% endfor %}
      {{ argv | toJson }}
    env: { WAREHOUSE_URL: "{{ secret('WAREHOUSE_URL') }}", BOARD: "{{ envs.monday_board_id }}" }
    timeout: PT1M
  - id: each
    type: io.kestra.plugin.core.flow.Loop
    values: "{{ outputs.detect.vars.batches }}"
    concurrencyLimit: 1
    transmitFailed: false
    tasks:
      - { id: child, type: io.kestra.plugin.core.flow.Subflow, flowId: child, inputs: { x: "{{ fromJson(item.value).id }}" } }
    outputs:
      - { id: state, type: STRING, value: "{{ outputs.child.state ?? '' }}" }
  - id: text
    type: io.kestra.plugin.core.debug.Return
    format: "{{ {'a': {'b': 1}} | jq('if .a | has(\\"b\\") then json else empty end') | first }}"
`;

/** The good flow with one text replaced; the text must be there. */
function bad(from: string, to: string): string[] {
  expect(GOOD).toContain(from);
  return lintFlow(GOOD.replace(from, to), AROUND);
}

describe('lintFlow', () => {
  it('finds nothing in a correct flow', () => {
    expect(lintFlow(GOOD, AROUND)).toEqual([]);
  });

  it.each(readFlows())('finds nothing in $file', ({ text }) => {
    expect(lintFlow(text, readSurroundings())).toEqual([]);
  });

  it.each([
    ['an unclosed expression', '{{ inputs.x }', '{{ is never closed'],
    ['unbalanced brackets', '{{ (inputs.names }}', 'brackets do not match'],
    ['an unclosed string', "{{ secret('WAREHOUSE_URL) }}", '{{ is never closed'],
    ['an empty expression', '{{ }}', 'an expression is empty'],
    ['a trailing operator', '{{ inputs.names ?? }}', 'ends with an operator'],
    ['the operator in', "{{ 'a' in inputs.names }}", 'has no operator "in"'],
    ['an unclosed block', '{% if inputs.names %}x', '{% if %} is never closed'],
    ['an end without a block', 'x{% endfor %}', '{% endfor %} without {% for %}'],
    ['an unknown function', '{{ fetchAll(inputs.names) }}', 'unknown function fetchAll()'],
    ['an unknown filter', '{{ inputs.names | pretty }}', 'unknown filter pretty'],
    ['the removed function json', '{{ json(inputs.names) }}', 'use fromJson()'],
    ['the removed filter json', '{{ inputs.names | json }}', 'use fromJson()'],
    ['taskrun.value', '{{ taskrun.value }}', 'use item.value'],
    ['an unknown task', '{{ outputs.nobody.vars.x }}', 'no task nobody has run by then'],
    ['a later task', '{{ outputs.text.value }}', 'no task text has run by then'],
    ['an unknown input', '{{ inputs.other }}', 'inputs.other is not an input'],
    ['an unknown variable', '{{ vars.other }}', 'vars.other is not a variable'],
    ['an undocumented secret', "{{ secret('OTHER') }}", 'secret OTHER is not documented'],
    ['an undocumented environment variable', '{{ envs.other }}', 'ENV_OTHER is not documented'],
  ])('finds %s', (_, expression, message) => {
    const text = JSON.stringify(expression);
    expect(bad('"{{ envs.monday_board_id }}"', text)).toContainEqual(expect.stringContaining(message));
  });

  it.each([
    ['a duplicate key', 'timeout: PT1M', 'timeout: PT1M\n    timeout: PT2M', 'unique'],
    ['a wrong pullPolicy', 'timeout: PT1M', 'timeout: PT1M\n    pullPolicy: SOMETIMES', 'pullPolicy is SOMETIMES'],
    ['a retry', 'timeout: PT1M', 'timeout: PT1M\n    retry: { type: constant }', 'detect.retry'],
    ['flow-level errors', 'variables:', 'errors: []\nvariables:', 'flow.errors'],
    ['a Docker task without a timeout', '    timeout: PT1M\n', '', 'has no timeout'],
    ['a foreign image', 'customer-orders/detect:{{ vars.tag }}', 'node:24', 'not an image of this project'],
    ['a secret among the arguments', "'--method'", "secret('WAREHOUSE_URL')", 'a secret would be logged'],
    ['the tag of another version', `tag: ${VERSION}`, 'tag: 0.0.1', `but this is version ${VERSION}`],
    ['an unlimited loop', '    concurrencyLimit: 1\n', '', 'means unlimited'],
    ['a loop that one failure stops', 'transmitFailed: false', 'transmitFailed: true', 'must be false'],
    [
      'concurrency together with a loop',
      'variables:',
      'concurrency: { limit: 1 }\nvariables:',
      'would wait for itself',
    ],
    ['an unknown subflow', 'flowId: child', 'flowId: nobody', 'there is no flow nobody'],
    ['a task that is called as an input', 'id: text', 'id: names', 'is an input and a task'],
    ['a task id that the Gantt chart truncates', 'id: text', 'id: sentence', 'more than 7 letters'],
    ['a task without a type', 'type: io.kestra.plugin.core.debug.Return', 'kind: x', 'tasks.2.type'],
  ])('finds %s', (_, from, to, message) => {
    expect(bad(from, to)).toContainEqual(expect.stringContaining(message));
  });
});

describe('settingProblems', () => {
  const block = (...names: string[]): string =>
    `id: a\nnamespace: n\ntasks: []\nvariables:\n  settings: '{{ { ${names.map((name) => `"${name}": 1`).join(', ')} } }}'\nenv: "{{ secret('TOKEN') }}"\n`;
  const check = (...texts: string[]) =>
    settingProblems({
      flows: texts.map((text, place) => ({ file: `${place}.yaml`, text })),
      settings: ['LEVEL', 'FORMAT', 'TOKEN'],
      secrets: ['TOKEN'],
    });

  it('finds nothing when every flow can be given every setting', () => {
    expect(check(block('LEVEL', 'FORMAT'), block('LEVEL', 'FORMAT'))).toEqual([]);
  });

  it("finds nothing in the repository's flows", () => {
    expect(settingProblems({ flows: readFlows() })).toEqual([]);
  });

  it.each<[string, string[], string]>([
    ['a setting that a flow cannot be given', [block('LEVEL')], '0.yaml: FORMAT cannot be set'],
    ['what is not a setting', [block('LEVEL', 'FORMAT', 'COLOUR')], 'gives COLOUR, which is not a setting'],
    ['a secret in the block', [block('LEVEL', 'FORMAT', 'TOKEN')], 'gives TOKEN, which is a secret'],
    ['two blocks', [block('LEVEL', 'FORMAT'), block('FORMAT', 'LEVEL')], '1.yaml: variables.settings is not that of'],
    ['a secret that no flow uses', [block('LEVEL', 'FORMAT').replace('TOKEN', 'X')], 'gives the secret TOKEN'],
  ])('finds %s', (_, texts, message) => {
    expect(check(...texts)).toContainEqual(expect.stringContaining(message));
  });

  it.each(readFlows().map(({ file, text }) => [file, text] as const))(
    'finds nothing in %s after withSettings has added what its block lacks',
    (file, text) => {
      const lacking = text.replace(/^.*"(DELETE_GRACE|LOG_LEVEL|WATCH_RUN_TIME)": .*\n/gm, '');
      const unset = (flow: string) =>
        settingProblems({ flows: [{ file, text: flow }] }).filter((problem) => problem.includes('cannot be set'));
      expect(unset(lacking)).toHaveLength(3);
      expect(unset(withSettings(lacking))).toEqual([]);
      expect(withSettings(text)).toBe(text);
    },
  );
});
