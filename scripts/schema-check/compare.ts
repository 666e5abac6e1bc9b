import {
  buildSchema,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isSpecifiedScalarType,
  parse,
  validate,
} from 'graphql';

/** An operation with the name it is known by. */
export interface NamedOperation {
  name: string;
  query: string;
}

/** What of our schema and operations an official schema does not bear out, one sentence each. */
export function compareSchemas(ownSdl: string, officialSdl: string, operations: readonly NamedOperation[]): string[] {
  const own = buildSchema(ownSdl);
  // An official schema declares the built-in scalars once more and may know directives that we do not.
  const official = buildSchema(officialSdl, { assumeValidSDL: true });
  const types = Object.values(own.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
  );
  return [
    ...types.flatMap((type) => compareTypes(type, official)),
    ...operations.flatMap(({ name, query }) =>
      validate(official, parse(query)).map((error) => `The operation ${name} is not valid: ${error.message}`),
    ),
  ];
}

function compareTypes(own: GraphQLNamedType, schema: GraphQLSchema): string[] {
  const official = schema.getType(own.name);
  if (official === undefined) return [`The type ${own.name} is missing.`];
  if (own.constructor !== official.constructor) return [`The type ${own.name} is of another kind.`];
  if (isEnumType(own) && isEnumType(official)) {
    const known = new Set(official.getValues().map((value) => value.name));
    const missing = own.getValues().filter((value) => !known.has(value.name));
    return missing.map((value) => `The value ${value.name} of ${own.name} is missing.`);
  }
  if (isInputObjectType(own) && isInputObjectType(official)) {
    const [ours, theirs] = [Object.values(own.getFields()), Object.values(official.getFields())];
    return compareInputs(own.name, ours, theirs, isRequiredInputField);
  }
  if ((isObjectType(own) || isInterfaceType(own)) && (isObjectType(official) || isInterfaceType(official))) {
    const fields = official.getFields();
    return Object.values(own.getFields()).flatMap((field) => compareFields(own.name, field, fields[field.name]));
  }
  return [];
}

type Field = GraphQLField<unknown, unknown>;

function compareFields(type: string, own: Field, official: Field | undefined): string[] {
  const name = `${type}.${own.name}`;
  if (official === undefined) return [`The field ${name} is missing.`];
  return [
    ...compareTypeTexts(name, own, official),
    ...compareInputs(name, own.args, official.args, isRequiredArgument),
  ];
}

function compareTypeTexts(name: string, own: { type: unknown }, official: { type: unknown }): string[] {
  const [ours, theirs] = [String(own.type), String(official.type)];
  return ours === theirs ? [] : [`The type of ${name} is ${theirs}, not ${ours}.`];
}

/** Compares arguments or input fields; what we do not give must not be required. */
function compareInputs<Input extends GraphQLArgument | GraphQLInputField>(
  place: string,
  own: readonly Input[],
  official: readonly Input[],
  isRequired: (input: Input) => boolean,
): string[] {
  const compared = own.flatMap((input) => {
    const name = `${place}(${input.name})`;
    const counterpart = official.find((each) => each.name === input.name);
    if (counterpart === undefined) return [`The argument ${name} is missing.`];
    const [ours, theirs] = [JSON.stringify(input.defaultValue), JSON.stringify(counterpart.defaultValue)];
    const defaults = ours === theirs ? [] : [`The default of ${name} is ${theirs}, not ${ours}.`];
    return [...compareTypeTexts(name, input, counterpart), ...defaults];
  });
  const absent = official.filter((each) => isRequired(each) && !own.some((input) => input.name === each.name));
  return [
    ...compared,
    ...absent.map((each) => `The argument ${place}(${each.name}) is required, and not in our schema.`),
  ];
}
