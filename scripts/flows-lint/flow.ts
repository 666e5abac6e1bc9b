import { z } from 'zod';

export interface Task {
  id: string;
  type: string;
  tasks?: Task[] | undefined;
  [property: string]: unknown;
}

const taskSchema: z.ZodType<Task> = z.lazy(() =>
  z.looseObject({ id: z.string(), type: z.string(), tasks: z.array(taskSchema).optional() }),
);

export const flowSchema = z.looseObject({
  id: z.string(),
  namespace: z.string(),
  inputs: z.array(z.looseObject({ id: z.string() })).default([]),
  variables: z.record(z.string(), z.unknown()).default({}),
  tasks: z.array(taskSchema),
  checks: z.array(z.looseObject({})).default([]),
  triggers: z.array(z.looseObject({ id: z.string(), type: z.string() })).default([]),
  outputs: z.array(z.looseObject({ id: z.string() })).default([]),
  afterExecution: z.array(taskSchema).default([]),
});

export type Flow = z.infer<typeof flowSchema>;

/** What the flows may rely on outside themselves. */
export interface Surroundings {
  /** Ids of the flows in the folder. */
  flowIds: ReadonlySet<string>;
  /** Names that the operators' documents explain: secrets, and env names as Kestra's flows read them, lower case. */
  secrets: ReadonlySet<string>;
  envs: ReadonlySet<string>;
  /** The tag that the images of this version carry. */
  version: string;
}

/** Every text in a value, with where it stands. */
export function textsOf(value: unknown, path = ''): { path: string; text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => textsOf(inner, path === '' ? key : `${path}.${key}`));
}
