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

/** The parts of a request body except its variables. */
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

/** One query of a request: `alias` begins the names of its fields, `variables` are those of the operation's file. */
export interface QueryField {
  alias: string;
  operation: QueryName;
  variables: Record<string, unknown>;
}

/** A request body, ready to be serialised. */
export interface ComposedOperation extends GraphqlDocument {
  variables: Record<string, unknown>;
}

const COMPLEXITY = 'complexity { before query after reset_in_x_seconds }';

function isQuery(name: QueryName | MutationName): name is QueryName {
  return (QUERIES as readonly string[]).includes(name);
}

/** The operation of a file, unchanged. */
export function loadOperation(name: QueryName | MutationName): GraphqlDocument {
  const query = readSqlFile(`graphql/${isQuery(name) ? 'queries' : 'mutations'}/${name}.graphql`);
  return { query, operationName: name.charAt(0).toUpperCase() + name.slice(1) };
}

const definitions = new Map<QueryName | MutationName, OperationDefinitionNode>();

function definitionOf(name: QueryName | MutationName): OperationDefinitionNode {
  let definition = definitions.get(name);
  if (definition === undefined) {
    const { query } = loadOperation(name);
    definition = isQuery(name) ? parseQuery(query) : parseMutation(name, query);
    definitions.set(name, definition);
  }
  return definition;
}

/** A query of a file without its complexity, which a request asks for once. */
function parseQuery(text: string): OperationDefinitionNode {
  const [definition] = parse(text, { noLocation: true }).definitions as OperationDefinitionNode[];
  if (definition === undefined) throw new Error('A file of a query must hold one.');
  const selections = definition.selectionSet.selections.filter(
    (each) => each.kind !== Kind.FIELD || each.name.value !== 'complexity',
  );
  return { ...definition, selectionSet: { ...definition.selectionSet, selections } };
}

/** The single mutation of a file; anything else in the file would be lost in composing, and is therefore refused. */
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

function aliased(definition: OperationDefinitionNode, aliasOf: (field: string) => string): FieldNode[] {
  const fields = definition.selectionSet.selections as readonly FieldNode[];
  return fields.map((field) => ({ ...field, alias: { kind: Kind.NAME, value: aliasOf(field.name.value) } }));
}

function variableOf(alias: string, name: string): string {
  return `${alias}_${name}`;
}

/**
 * Packs many mutations into one request: one aliased field each, in the given order, then the request's complexity.
 * The same fields give the same text and variables byte for byte, so that a resend is the same body.
 */
export function composeMutation(fields: readonly MutationField[]): ComposedOperation {
  return compose({ kind: OperationTypeNode.MUTATION, name: 'Push' }, fields, (alias) => alias);
}

/** Packs many queries into one request; `answerOf` extracts the answer to one of them. */
export function composeQuery(fields: readonly QueryField[]): ComposedOperation {
  return compose({ kind: OperationTypeNode.QUERY, name: 'Read' }, fields, variableOf);
}

/** The answer to one query of a composed one, in the form it has alone. */
export function answerOf({ alias, operation }: QueryField, data: Readonly<Record<string, unknown>>) {
  const fields = definitionOf(operation).selectionSet.selections as readonly FieldNode[];
  return Object.fromEntries(fields.map(({ name }) => [name.value, data[variableOf(alias, name.value)]]));
}

function compose(
  { kind, name }: { kind: OperationTypeNode; name: string },
  fields: readonly (MutationField | QueryField)[],
  fieldAlias: (alias: string, field: string) => string,
): ComposedOperation {
  const aliases = new Set(fields.map((field) => field.alias));
  if (fields.length === 0 || aliases.size !== fields.length) {
    throw new Error('A request needs at least one mutation or query, and an alias of its own for each.');
  }
  const variableDefinitions: VariableDefinitionNode[] = [];
  const selections: FieldNode[] = [];
  const variables: Record<string, unknown> = {};
  for (const { alias, operation, variables: given } of fields) {
    const definition = renamed(alias, definitionOf(operation));
    const declared = definitionOf(operation).variableDefinitions?.map((each) => each.variable.name.value) ?? [];
    const unknown = Object.keys(given).find((each) => !declared.includes(each));
    if (unknown !== undefined) throw new Error(`The operation ${operation} has no variable ${unknown}.`);
    variableDefinitions.push(...(definition.variableDefinitions ?? []));
    selections.push(...aliased(definition, (field) => fieldAlias(alias, field)));
    for (const each of declared) if (each in given) variables[variableOf(alias, each)] = given[each];
  }
  const complexity = parse(`{ ${COMPLEXITY} }`, { noLocation: true }).definitions[0] as OperationDefinitionNode;
  const query = print({
    kind: Kind.OPERATION_DEFINITION,
    operation: kind,
    name: { kind: Kind.NAME, value: name },
    variableDefinitions,
    selectionSet: {
      kind: Kind.SELECTION_SET,
      selections: [...selections, ...complexity.selectionSet.selections],
    },
  });
  return { query, variables, operationName: name };
}
