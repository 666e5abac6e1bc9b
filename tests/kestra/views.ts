import { z } from 'zod';

export const validationSchema = z.object({
  errors: z.string(),
  warnings: z.array(z.string()),
  deprecated: z.array(z.string()),
});

const briefSchema = z.object({
  id: z.string(),
  flow: z.string(),
  state: z.string(),
  changes: z.number(),
  ended: z.boolean(),
  loop: z.boolean(),
  trigger: z.string(),
  labels: z.record(z.string(), z.string()),
});

export const listSchema = z.array(briefSchema);
const executionSchema = briefSchema.extend({
  outputs: z.record(z.string(), z.unknown()).nullish(),
  tasks: z.array(
    z.object({
      task: z.string(),
      state: z.string(),
      attempts: z.number(),
      outputs: z.record(z.string(), z.unknown()).nullish(),
    }),
  ),
  logs: z.array(z.object({ level: z.string(), task: z.string(), message: z.string() })),
  metrics: z.array(z.object({ task: z.string(), name: z.string(), value: z.number() })),
});

/** Nothing while the execution is not stored yet. */
export const foundSchema = z.union([z.object({ found: z.literal(false) }).transform(() => undefined), executionSchema]);

export type BriefExecution = z.infer<typeof briefSchema>;
export type Execution = z.infer<typeof executionSchema>;

/** task=STATE of every task run, in order. */
export function steps(execution: Execution): string[] {
  return execution.tasks.map(({ task, state }) => `${task}=${state}`);
}

/** What was logged at level ERROR, as one text. */
export function errorsOf(execution: Execution): string {
  return execution.logs
    .filter(({ level }) => level === 'ERROR')
    .map(({ message }) => message)
    .join('\n');
}
