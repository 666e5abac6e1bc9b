import { z } from 'zod';
import answersFile from './answers.json' with { type: 'json' };

const errorSchema = z.looseObject({
  message: z.string().optional(),
  path: z.array(z.union([z.string(), z.number()])).optional(),
  extensions: z.record(z.string(), z.unknown()).optional(),
});
export type RecordedError = z.infer<typeof errorSchema>;

const recordedSchema = z.object({
  id: z.string(),
  /** HTTP status; null: not recorded. */
  http: z.number().int().nullable(),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.looseObject({ errors: z.array(z.union([z.string(), errorSchema])).optional() }).optional(),
  bodyText: z.string().optional(),
  meaning: z.string(),
  reaction: z.string(),
  waitSeconds: z.number().optional(),
});
export type Recorded = z.infer<typeof recordedSchema>;

/** Answers of the real API that others have recorded or that the vendor shows, each with its public source in the file. */
export const RECORDED: ReadonlyMap<string, Recorded> = new Map(
  z
    .object({ answers: z.array(recordedSchema) })
    .parse(answersFile)
    .answers.map((each) => [each.id, each]),
);

/** The error of one field that an answer is about; null when it is about the whole request. */
export function fieldErrorOf({ body, meaning }: Recorded): RecordedError | null {
  const [first] = body?.errors ?? [];
  const ofField = meaning === 'this field only' && typeof first === 'object' && first.path !== undefined;
  return ofField ? first : null;
}
