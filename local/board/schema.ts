import {
  buildSchema,
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  getVariableValues,
  OperationTypeNode,
  parse,
  validate,
} from 'graphql';
import { readSqlFile } from '../../shared/ground/files.js';
import { operationOf, type RootField, rootFields } from './complexity.js';
import type { Execution } from './execution.js';
import { mutations } from './mutations.js';
import { queries } from './queries.js';

const schema = buildSchema(readSqlFile('graphql/schema.graphql'));
/** Texts repeat: the parsed ones are kept, the oldest goes first. */
const CACHED_DOCUMENTS = 500;
const documents = new Map<string, DocumentNode | GraphQLError[]>();

/** The document of a text, or why it is none. */
function documentOf(text: string): DocumentNode | GraphQLError[] {
  let known = documents.get(text);
  if (known === undefined) {
    known = parsed(text);
    documents.set(text, known);
    const oldest = documents.keys().next();
    if (documents.size > CACHED_DOCUMENTS && !oldest.done) documents.delete(oldest.value);
  }
  return known;
}

function parsed(text: string): DocumentNode | GraphQLError[] {
  try {
    const document = parse(text);
    const errors = validate(schema, document);
    return errors.length === 0 ? document : [...errors];
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
}

/** A request that has been understood; its variables fit. */
export interface Prepared {
  document: DocumentNode;
  operationName: string | undefined;
  mutation: boolean;
  fields: RootField[];
  given: Record<string, unknown>;
  variables: Record<string, unknown>;
}

/** What a request asks for, or the errors of a request that is not executed at all. */
export function prepare(body: {
  query: string;
  variables?: Record<string, unknown> | null | undefined;
  operationName?: string | null | undefined;
}): Prepared | GraphQLError[] {
  const document = documentOf(body.query);
  if (Array.isArray(document)) return document;
  const operationName = body.operationName ?? undefined;
  const operation = operationOf(document, operationName);
  if (operation === null) return [new GraphQLError('The operation to execute must be named by operationName.')];
  const given = body.variables ?? {};
  const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions ?? [], given);
  if (errors !== undefined) return [...errors];
  return {
    document,
    operationName,
    mutation: operation.operation === OperationTypeNode.MUTATION,
    fields: rootFields(document, operation),
    given,
    variables: coerced,
  };
}

export async function run(prepared: Prepared, execution: Execution): Promise<ExecutionResult> {
  return execute({
    schema,
    document: prepared.document,
    operationName: prepared.operationName ?? null,
    variableValues: prepared.given,
    rootValue: prepared.mutation ? mutations : queries,
    contextValue: execution,
    fieldResolver: execution.resolver,
  });
}
