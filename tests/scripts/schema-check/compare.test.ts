import { describe, expect, it } from '@jest/globals';
import { compareSchemas } from '../../../scripts/schema-check/compare.js';
import { readSqlFile } from '../../../shared/ground/files.js';

const OWN = `
  type Query { items(ids: [ID!], limit: Int = 25): [Item] }
  type Item { id: ID!  state: State }
  input Rule { column: String! }
  enum State { active archived }
  scalar JSON
`;
const OPERATIONS = [{ name: 'getItems', query: '{ items(ids: ["1"]) { id state } }' }];
const changed = (from: string, to: string) => compareSchemas(OWN, OWN.replace(from, to), OPERATIONS);

describe('compareSchemas', () => {
  it("finds nothing when the API's schema has more than ours", () => {
    const larger = `${OWN.replace('id: ID!', 'id: ID! name: String').replace('archived', 'archived deleted')} type Other { id: ID }`;
    expect(compareSchemas(OWN, larger, OPERATIONS)).toEqual([]);
  });

  it('finds nothing when our schema is compared with itself', () => {
    const sdl = readSqlFile('graphql/schema.graphql');
    expect(compareSchemas(sdl, sdl, [])).toEqual([]);
  });

  it.each([
    ['scalar JSON', '', 'The type JSON is missing.'],
    ['enum State { active archived }', 'scalar State', 'The type State is of another kind.'],
    ['active archived', 'active', 'The value archived of State is missing.'],
    ['state: State', 'state: State!', 'The type of Item.state is State!, not State.'],
    ['[Item] }', '[Item!]! }', 'The type of Query.items is [Item!]!, not [Item].'],
    ['ids: [ID!],', 'ids: [ID!]!,', 'The type of Query.items(ids) is [ID!]!, not [ID!].'],
    ['= 25', '= 50', 'The default of Query.items(limit) is 50, not 25.'],
    [', limit: Int = 25', '', 'The argument Query.items(limit) is missing.'],
    ['(ids', '(board: ID!, ids', 'The argument Query.items(board) is required, and not in our schema.'],
    ['column: String!', 'column: String! value: Int!', 'The argument Rule(value) is required, and not in our schema.'],
  ])('finds that %s became %s', (from, to, sentence) => {
    expect(changed(from, to)).toContain(sentence);
  });

  it('finds a removed field, in the type and in the operation', () => {
    expect(changed('state: State', '')).toEqual([
      'The field Item.state is missing.',
      'The operation getItems is not valid: Cannot query field "state" on type "Item".',
    ]);
  });
});
