import {
  type DocumentNode,
  type FieldNode,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import { type ChargedOperation, isCharged, type Limits } from './limits.js';

type Variables = Record<string, unknown>;

/** A root field of a request, as it is charged and logged. */
export interface RootField {
  operation: string;
  alias: string;
  node: FieldNode;
}

/** A request as far as its cost goes. */
export interface Asked {
  document: DocumentNode;
  fields: readonly RootField[];
  variables: Variables;
}

/** What a list may hold when the request does not say. */
const LIST_SIZES: Readonly<Record<string, number>> = { subitems: 25, groups: 25, columns: 80, column_values: 80 };
const PAGE_FIELDS = new Set(['items_page', 'next_items_page', 'items_page_by_column_values', 'boards', 'items']);

/** The operation that a request means; null when its name does not tell which. */
export function operationOf(document: DocumentNode, name: string | undefined): OperationDefinitionNode | null {
  return getOperationAST(document, name) ?? null;
}

/** The root fields of a request in their order. */
export function rootFields(document: DocumentNode, operation: OperationDefinitionNode): RootField[] {
  return fieldsOf(document, operation.selectionSet).map((node) => ({
    operation: node.name.value,
    alias: node.alias?.value ?? node.name.value,
    node,
  }));
}

function fieldsOf(document: DocumentNode, set: SelectionSetNode | undefined): FieldNode[] {
  return (set?.selections ?? []).flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    if (selection.kind === Kind.INLINE_FRAGMENT) return fieldsOf(document, selection.selectionSet);
    const fragment = document.definitions.find(
      (each) => each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === selection.name.value,
    );
    return fragment?.kind === Kind.FRAGMENT_DEFINITION ? fieldsOf(document, fragment.selectionSet) : [];
  });
}

function argument(field: FieldNode, name: string, variables: Variables): unknown {
  const found = field.arguments?.find((each) => each.name.value === name);
  return found === undefined ? undefined : valueFromASTUntyped(found.value, variables);
}

/** The arguments of a field as they were given, defaults left out. */
export function argumentsOf(field: FieldNode, variables: Variables): Record<string, unknown> {
  return Object.fromEntries(
    (field.arguments ?? []).map((each) => [each.name.value, valueFromASTUntyped(each.value, variables)]),
  );
}

function isIncluded(field: FieldNode, variables: Variables): boolean {
  return (field.directives ?? []).every((directive) => {
    const condition = directive.arguments?.[0];
    const holds = condition === undefined || valueFromASTUntyped(condition.value, variables) === true;
    return directive.name.value === 'skip' ? !holds : holds;
  });
}

/** How many objects a field may answer with. */
function size(field: FieldNode, variables: Variables): number {
  const name = field.name.value;
  const ids = argument(field, 'ids', variables);
  if (Array.isArray(ids)) return ids.length;
  const limit = argument(field, 'limit', variables);
  if (PAGE_FIELDS.has(name)) return typeof limit === 'number' ? limit : 25;
  return LIST_SIZES[name] ?? 1;
}

/** The objects that may be in the answer to a field. */
function objectsFor(document: DocumentNode, field: FieldNode, variables: Variables): number {
  if (field.selectionSet === undefined || !isIncluded(field, variables)) return 0;
  // The items of a page are counted with the page.
  const own =
    field.name.value === 'items' && argument(field, 'ids', variables) === undefined ? 1 : size(field, variables);
  const children = fieldsOf(document, field.selectionSet);
  return own * (1 + children.reduce((sum, child) => sum + objectsFor(document, child, variables), 0));
}

/** The objects that are in the answer to a field; a list or object of JSON is a value. */
function objectsIn(document: DocumentNode, field: FieldNode, value: unknown): number {
  if (field.selectionSet === undefined || typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + objectsIn(document, field, each), 0);
  return fieldsOf(document, field.selectionSet).reduce((sum, child) => {
    const below: unknown = (value as Variables)[child.alias?.value ?? child.name.value];
    return sum + objectsIn(document, child, below);
  }, 1);
}

/** Adds up what the root fields of a request cost; reads are charged by their objects. */
function costOf(
  fields: readonly RootField[],
  { pointsPerObject }: Pick<Limits, 'pointsPerObject'>,
  objects: (field: RootField) => number,
  charged: (field: RootField & { operation: ChargedOperation }) => number,
): number {
  let [read, points] = [0, 0];
  for (const field of fields) {
    if (field.operation === 'complexity') points += 1;
    else if (isCharged(field.operation)) points += charged({ ...field, operation: field.operation });
    else read += objects(field);
  }
  return points + Math.round(read * pointsPerObject);
}

/** What a request is estimated to cost before it runs. */
export function estimateCost({ document, fields, variables }: Asked, limits: Limits): number {
  return costOf(
    fields,
    limits,
    ({ node }) => objectsFor(document, node, variables),
    ({ operation }) => limits[operation],
  );
}

/** A failed mutation costs a hundredth. */
const FAILED_SHARE = 0.01;

/** What a request has cost in the end: its reads by the objects in the answer, its mutations by their success. */
export function actualCost({ document, fields }: Asked, data: Variables | null | undefined, limits: Limits): number {
  return costOf(
    fields,
    limits,
    ({ node, alias }) => objectsIn(document, node, data?.[alias]),
    ({ operation, alias }) => Math.ceil(limits[operation] * ((data?.[alias] ?? null) === null ? FAILED_SHARE : 1)),
  );
}

/** Puts what a read has cost in place of its estimate in its `complexity`, as the answers that were recorded have it. */
export function tellCost(
  { fields }: Asked,
  data: Variables | null | undefined,
  { query, after }: { query: number; after: number },
): void {
  for (const { operation, alias } of fields) {
    const told = operation === 'complexity' ? data?.[alias] : undefined;
    if (typeof told !== 'object' || told === null) continue;
    if ('query' in told) told.query = query;
    if ('after' in told) told.after = after;
  }
}
