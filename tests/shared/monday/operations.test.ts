import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { buildSchema, type FieldNode, type OperationDefinitionNode, parse, validate } from 'graphql';
import { readSqlFile } from '../../../shared/ground/files.js';
import {
  answerOf,
  composeMutation,
  composeQuery,
  loadOperation,
  MUTATIONS,
  type MutationField,
  parseMutation,
  QUERIES,
  type QueryField,
} from '../../../shared/monday/operations.js';

const schema = buildSchema(readSqlFile('graphql/schema.graphql'));

function filesOf(folder: string): string[] {
  return readdirSync(`sql/graphql/${folder}`)
    .map((file) => file.replace(/\.graphql$/, ''))
    .sort();
}

const item = (alias: string, name: string): MutationField => ({
  alias,
  operation: 'createItem',
  variables: { boardId: '1', groupId: 'topics', name, columnValues: '{}' },
});

describe('operation files', () => {
  it('are exactly the listed ones', () => {
    expect(filesOf('queries')).toEqual([...QUERIES].sort());
    expect(filesOf('mutations')).toEqual([...MUTATIONS].sort());
  });

  it.each([...QUERIES, ...MUTATIONS])('%s is valid, and named after its file', (name) => {
    const { query, operationName } = loadOperation(name);
    const document = parse(query);
    expect(validate(schema, document)).toEqual([]);
    expect(document.definitions).toHaveLength(1);
    expect((document.definitions[0] as OperationDefinitionNode).name?.value).toBe(operationName);
  });

  it('are refused with a second field, which composing would drop', () => {
    expect(() => parseMutation('two', 'mutation { a { id } b { id } }')).toThrow('two.graphql must hold one mutation');
    expect(() => parseMutation('query', 'query { a { id } }')).toThrow('query.graphql');
  });
});

describe('composeQuery', () => {
  const fields: QueryField[] = [
    { alias: 'r0', operation: 'getAccount', variables: {} },
    ...QUERIES.filter((name) => name !== 'getAccount').map((operation, index): QueryField => {
      const { variableDefinitions = [] } = parse(loadOperation(operation).query)
        .definitions[0] as OperationDefinitionNode;
      const names = variableDefinitions.map(({ variable }) => variable.name.value);
      return { alias: `r${index + 1}`, operation, variables: Object.fromEntries(names.map((name) => [name, null])) };
    }),
  ];

  it('puts many fields into one valid query, with the complexity once', () => {
    const { query, variables, operationName } = composeQuery(fields);
    expect(validate(schema, parse(query))).toEqual([]);
    expect(operationName).toBe('Read');
    expect(query.match(/complexity/g)).toHaveLength(1);
    expect(Object.keys(variables).length).toBeGreaterThan(10);
  });

  it('returns each answer in the form it has alone', () => {
    const [account, shape] = fields;
    if (account === undefined || shape === undefined) throw new Error('Fields are missing.');
    const data = { r0_me: { id: '1' }, r0_platform_api: null, r0_version: {}, r2_boards: [1] };
    expect(answerOf(account, data)).toEqual({ me: { id: '1' }, platform_api: null, version: {} });
    expect(answerOf({ ...shape, alias: 'r2', operation: 'getBoardShape' }, data)).toEqual({ boards: [1] });
  });

  it('refuses an unknown variable', () => {
    expect(() => composeQuery([{ alias: 'r0', operation: 'getBoardShape', variables: { id: '1' } }])).toThrow(
      'no variable id',
    );
  });
});

describe('composeMutation', () => {
  it.each(MUTATIONS)('composes %s with itself into a valid request', (operation) => {
    const fields = ['a0', 'a1'].map((alias) => ({ alias, operation, variables: {} }));
    expect(validate(schema, parse(composeMutation(fields).query))).toEqual([]);
  });

  it('keeps the order, renames the variables, and puts the complexity last', () => {
    const { query, variables, operationName } = composeMutation([
      item('a0', 'first'),
      { alias: 'a1', operation: 'archiveItem', variables: { itemId: '7' } },
      item('a2', 'third'),
    ]);
    const definition = parse(query).definitions[0] as OperationDefinitionNode;
    const selections = definition.selectionSet.selections as readonly FieldNode[];
    expect(selections.map((field) => `${field.alias?.value ?? ''}:${field.name.value}`)).toEqual([
      'a0:create_item',
      'a1:archive_item',
      'a2:create_item',
      ':complexity',
    ]);
    expect(variables).toEqual({
      a0_boardId: '1',
      a0_groupId: 'topics',
      a0_name: 'first',
      a0_columnValues: '{}',
      a1_itemId: '7',
      a2_boardId: '1',
      a2_groupId: 'topics',
      a2_name: 'third',
      a2_columnValues: '{}',
    });
    expect(operationName).toBe('Push');
    expect(definition.name?.value).toBe('Push');
  });

  it('gives the same bytes for the same fields, whatever the order of the variables', () => {
    const once = JSON.stringify(composeMutation([item('a0', 'x')]));
    const variables = { columnValues: '{}', name: 'x', groupId: 'topics', boardId: '1' };
    expect(JSON.stringify(composeMutation([{ alias: 'a0', operation: 'createItem', variables }]))).toBe(once);
  });

  it('refuses a field that could not be answered alias by alias', () => {
    expect(() => composeMutation([])).toThrow('at least one mutation');
    expect(() => composeMutation([item('a0', 'x'), item('a0', 'y')])).toThrow('an alias of its own');
    expect(() => composeMutation([{ ...item('a0', 'x'), variables: { nmae: 'x' } }])).toThrow('no variable nmae');
  });
});
