import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DoctorReport, reportSchema } from '../../tasks/doctor/finding.js';
import { mutationsAfter } from './board-view.js';
import { type Environment, runProgram } from './program.js';
import { World } from './world.js';

const SHIPPED = 'sql/mappings/customer-orders.yaml';
const shipped = readFileSync(SHIPPED, 'utf8');

let world: World;
let folder: string;

beforeAll(async () => {
  world = await World.open(['GREYSON CLOTHIERS', 'TITLE 9']);
  folder = mkdtempSync(join(tmpdir(), 'mapping-check-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await world.close();
});

type Change = readonly [from: string | RegExp, to: string];

/** The shipped mapping with these changes, as a file. */
function mappingFile(...changes: readonly Change[]): string {
  const text = changes.reduce((before, [from, to]) => {
    const after = before.replace(from, to);
    if (after === before) throw new Error(`Nothing to replace: ${from}`);
    return after;
  }, shipped);
  const file = join(folder, 'own.yaml');
  writeFileSync(file, text);
  return file;
}

interface Checked {
  code: number | null;
  report: DoctorReport;
}

async function check(file: string, args: readonly string[] = [], env: Environment = {}): Promise<Checked> {
  const { code, said } = await world.run('doctor', ['mapping', 'check', file, '--json', ...args], env);
  const line = said.split('\n').find((each) => each.startsWith('{"agrees"'));
  if (line === undefined) throw new Error(said);
  return { code, report: reportSchema.parse(JSON.parse(line)) };
}

const told = ({ report }: Checked, severity: string): string[] =>
  report.findings.filter((each) => each.severity === severity).map(({ code, what }) => `${code}: ${what}`);

describe('doctor mapping check', () => {
  it('finds nothing wrong with the shipped mapping, and writes nothing', async () => {
    const { code, said, outputs } = await world.run('doctor', ['mapping', 'check', SHIPPED]);
    expect({ code, outputs }).toMatchObject({ code: 0, outputs: { errors: 0, warnings: 0, skipped: [] } });
    expect(said).toMatch(
      /^ok +settings +sql\/mappings\/customer-orders\.yaml: version [0-9a-f]{12}, 44 columns, 52 cust/m,
    );
    expect(said).toMatch(/^info +values +\d+ rows? needs? \d+ labels? that the column "STYLE" .*\[LABELS_NEEDED\]$/m);
    expect(said).toContain('Everything agrees.');
    expect(await mutationsAfter(world, 0)).toEqual([]);
  });

  it('tells every fault of a file, each as a finding, before anything else is looked at', async () => {
    const checked = await check(mappingFile(['rule: date }', 'rule: dat }'], ['except:', 'exept:']));
    expect(checked.code).toBe(2);
    expect(told(checked, 'error')).toEqual([
      expect.stringMatching(/^MAPPING_UNUSABLE: sizes\.exept: is not known; .* Did you mean except\? For example: `/),
      expect.stringMatching(/^MAPPING_UNUSABLE: item\.columns\[5\]\.rule: .*"dat" \(line 63, .* Did you mean date\?/),
    ]);
    const skipped = checked.report.checks.filter(({ state }) => state === 'skipped').map((each) => each.check);
    expect(skipped).toEqual(['source', 'scope', 'values', 'columns', 'labels']);
  });

  it.each<[string, readonly Change[], number, string, RegExp]>([
    [
      'a column that the table lacks, with the nearest name',
      [['source: DESTINATION,', 'source: DESTINATON,']],
      2,
      'error',
      /^SOURCE_UNFIT: .*"DESTINATON" \(it has "DESTINATION"\)/,
    ],
    [
      'ends of the sizes in the wrong order',
      [
        ['after: UNIT OF MEASURE', 'after: TOTAL QTY'],
        ['before: TOTAL QTY', 'before: UNIT OF MEASURE'],
        ['  except: [INFOR COLOUR CODE]\n', ''],
      ],
      2,
      'error',
      /^SOURCE_UNFIT: .*stands before/,
    ],
    [
      'a column of another type than its rule reads',
      [['type: date, source: ORDER DATE PO RECEIVED', 'type: date, source: TOTAL QTY']],
      2,
      'error',
      /^TYPE_UNFIT: The column "TOTAL QTY" is of type \w+, of which rule date reads nothing/,
    ],
    [
      'a rule that reads none of the texts, with the number of rows and examples',
      [
        [
          'type: text, source: DESTINATION WAREHOUSE, rule: trim',
          'type: numbers, source: CUSTOMER STYLE, rule: number',
        ],
      ],
      2,
      'warning',
      /^VALUES_UNREAD: \d+ of \d+ rows: a text that is not a number by rule number in "DESTINATION WAREHOUSE", for example [^,]+/,
    ],
    [
      'labels that the board lacks and push may not create',
      [['source: CUSTOMER STYLE, rule: trim_and_clean, create_labels: true', 'source: CUSTOMER STYLE, rule: trim']],
      2,
      'warning',
      /^LABEL_MISSING: \d+ rows? needs? \d+ labels? that the column "STYLE" \(dropdown_mkr5tgaa\) lacks/,
    ],
    [
      'a customer that no name matches, with the nearest one',
      [['  TITLE NINE: [TITLE 9]', '  TITLE NINER: []']],
      2,
      'info',
      /^CUSTOMER_UNMAPPED: .*TITLE 9/,
    ],
    [
      'a column that the board lacks',
      [['id: text_mkr5kbc6', 'id: text_nowhere']],
      2,
      'error',
      /^BOARD_COLUMN_CREATABLE: The items have no column "DESTINATION" \(text_nowhere\)/,
    ],
    [
      'a column that is of another type on the board',
      [['id: text_mkr5kbc6, title: DESTINATION, type: text', 'id: text_mkr5kbc6, title: DESTINATION, type: long_text']],
      2,
      'warning',
      /^BOARD_COLUMN_TYPE: .*is of type text, and the mapping says long_text/,
    ],
  ])('tells of %s', async (_, changes, code, severity, what) => {
    const checked = await check(mappingFile(...changes));
    expect({ code: checked.code, told: told(checked, severity) }).toEqual({
      code,
      told: expect.arrayContaining([expect.stringMatching(what)]),
    });
  });

  it('shows no text with a word that may be a name', async () => {
    const { report } = await check(
      mappingFile([
        'type: text, source: DESTINATION WAREHOUSE, rule: trim',
        'type: numbers, source: CUSTOMER NAME, rule: number',
      ]),
    );
    const { what = '' } = report.findings.find(({ code }) => code === 'VALUES_UNREAD') ?? {};
    expect(what).toContain('a text of ');
    expect(what).not.toMatch(/GREYSON|TITLE/);
  });

  it('reads as many rows as --sample says', async () => {
    const rows = (checked: Checked) => checked.report.checks.find((each) => each.check === 'values')?.summary;
    const of = async (...args: string[]) =>
      (await check(mappingFile(['create_labels: true', 'create_labels: "true"']), args)).report;
    const summary = async (...args: string[]): Promise<number> => {
      const { findings } = await of(...args);
      const needed = findings.find(({ subject }) => subject.endsWith('dropdown_mkr5tgaa'))?.what ?? '';
      return Number(/^(\d+) row/.exec(needed)?.[1]);
    };
    expect(await summary('--sample', '2')).toBe(2);
    expect(await summary()).toBeGreaterThan(50);
    expect(rows(await check(SHIPPED, ['--sample', '1']))).toBe('1 row in scope');
  });

  it('checks the file alone where no setting leads to a table or a board', async () => {
    const { code, said } = await runProgram('doctor', ['mapping', 'check', SHIPPED], {});
    expect(code).toBe(0);
    expect(said).toMatch(/WAREHOUSE_URL is not set\. The mapping is not compared .*\[SETTING_ABSENT\]/);
    expect(said).toContain('What was checked agrees; 6 checks were skipped.');
  });

  it('refuses words that it does not know, and says which file is missing', async () => {
    for (const [args, sentence] of [
      [['mapping', 'chek', SHIPPED], 'Unknown argument: chek. Did you mean check?'],
      [['maping', 'check', SHIPPED], 'Unknown argument: maping. Did you mean mapping?'],
      [['mapping', 'check'], 'An argument is missing.'],
      [['mapping'], 'Say what to do: mapping check, mapping diff, mapping propose.'],
      [['mapping', 'check', SHIPPED, '--sample', '0'], '--sample'],
      [['mapping', 'check', SHIPPED, 'another.yaml'], 'another.yaml'],
      [['mapping', 'check', SHIPPED, '--fix'], '--fix'],
      [['mapping', 'check', '/nowhere.yaml'], 'The mapping /nowhere.yaml cannot be read'],
    ] as const) {
      const { code, said } = await runProgram('doctor', args, {});
      expect({ args, code, said }).toEqual({ args, code: 2, said: expect.stringContaining(sentence) });
    }
  });
});
