import {
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  print,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import { readSqlFile } from '../ground/files.js';

/** Every operation that may be sent; each is the file of that name in `sql/graphql/`. */
export const QUERIES = [
  'getAccount',
  'getAccountAlone',
  'getBoardShape',
  'getItemIds',
  'getItemStates',
  'getIdentity',
  'getItemsById',
  'getItemsByKey',
  'getItemsPage',
  'getNextItemIds',
  'getNextItemsPage',
  'getSubitemStates',
  'getSubitems',
] as const;
export const MUTATIONS = [
  'archiveItem',
  'changeValues',
  'createColumn',
  'createColumnOfType',
  'createGroup',
  'createItem',
  'createSubitem',
  'deleteColumn',
  'deleteGroup',
  'deleteItem',
  'moveItemToGroup',
  'updateDropdownLabels',
  'updateStatusLabels',
] as const;

export type QueryName = (typeof QUERIES)[number];
export type MutationName = (typeof MUTATIONS)[number];

/** What a request body consists of, but for its variables. */
export interface GraphqlDocument {
  query: string;
  operationName: string;
}

/** One mutation of a request: `alias` names its answer, `variables` are those of the operation's file. */
export interface MutationField {
  alias: string;
  operation: MutationName;
  variables: Record<string, unknown>;
}

/** A request body, ready to be serialised. */
export interface ComposedMutation extends GraphqlDocument {
  variables: Record<string, unknown>;
}

const COMPLEXITY = 'complexity { before query after reset_in_x_seconds }';

function isQuery(name: QueryName | MutationName): name is QueryName {
  return (QUERIES as readonly string[]).includes(name);
}

/** The operation of a file as it stands there. */
export function loadOperation(name: QueryName | MutationName): GraphqlDocument {
  const query = readSqlFile(`graphql/${isQuery(name) ? 'queries' : 'mutations'}/${name}.graphql`);
  return { query, operationName: name.charAt(0).toUpperCase() + name.slice(1) };
}

const definitions = new Map<MutationName, OperationDefinitionNode>();

function definitionOf(name: MutationName): OperationDefinitionNode {
  let definition = definitions.get(name);
  if (definition === undefined) {
    definition = parseMutation(name, loadOperation(name).query);
    definitions.set(name, definition);
  }
  return definition;
}

/** The single mutation of a file; anything else in it would be lost when it is composed, so it is refused. */
export function parseMutation(name: string, text: string): OperationDefinitionNode {
  const [definition, ...others] = parse(text, { noLocation: true }).definitions;
  if (
    definition?.kind !== Kind.OPERATION_DEFINITION ||
    definition.operation !== OperationTypeNode.MUTATION ||
    definition.selectionSet.selections.length !== 1 ||
    definition.selectionSet.selections[0]?.kind !== Kind.FIELD ||
    others.length > 0
  ) {
    throw new Error(`The file ${name}.graphql must hold one mutation with one field, and nothing else.`);
  }
  return definition;
}

/** The file's mutation with its variables named `<alias>_<variable>`. */
function renamed(alias: string, definition: OperationDefinitionNode): OperationDefinitionNode {
  return visit(definition, {
    Variable: (node) => ({ ...node, name: { ...node.name, value: variableOf(alias, node.name.value) } }),
  });
}

function aliased(alias: string, definition: OperationDefinitionNode): FieldNode[] {
  const fields = definition.selectionSet.selections as readonly FieldNode[];
  return fields.map((field) => ({ ...field, alias: { kind: Kind.NAME, value: alias } }));
}

function variableOf(alias: string, name: string): string {
  return `${alias}_${name}`;
}

/**
 * Packs many mutations into one request: one aliased field each, in the given order, then the request's complexity.
 * The same fields give the same text and variables byte for byte, so that a resend is the same body.
 */
export function composeMutation(fields: readonly MutationField[]): ComposedMutation {
  const aliases = new Set(fields.map((field) => field.alias));
  if (fields.length === 0 || aliases.size !== fields.length) {
    throw new Error('A request needs at least one mutation, and an alias of its own for each.');
  }
  const variableDefinitions: VariableDefinitionNode[] = [];
  const selections: FieldNode[] = [];
  const variables: Record<string, unknown> = {};
  for (const { alias, operation, variables: given } of fields) {
    const definition = renamed(alias, definitionOf(operation));
    const declared = definitionOf(operation).variableDefinitions?.map((each) => each.variable.name.value) ?? [];
    const unknown = Object.keys(given).find((name) => !declared.includes(name));
    if (unknown !== undefined) throw new Error(`The mutation ${operation} has no variable ${unknown}.`);
    variableDefinitions.push(...(definition.variableDefinitions ?? []));
    selections.push(...aliased(alias, definition));
    for (const name of declared) if (name in given) variables[variableOf(alias, name)] = given[name];
  }
  const complexity = parse(`{ ${COMPLEXITY} }`, { noLocation: true }).definitions[0] as OperationDefinitionNode;
  const query = print({
    kind: Kind.OPERATION_DEFINITION,
    operation: OperationTypeNode.MUTATION,
    name: { kind: Kind.NAME, value: 'Push' },
    variableDefinitions,
    selectionSet: {
      kind: Kind.SELECTION_SET,
      selections: [...selections, ...complexity.selectionSet.selections],
    },
  });
  return { query, variables, operationName: 'Push' };
}
