/** Rules that the model can take out, one at a time, to see whether it misses them. */
export const MODEL_RULES = [13, 14, 15, 16, 17, 18, 25] as const;
export type ModelRule = (typeof MODEL_RULES)[number];
export type Rules = ReadonlySet<ModelRule>;

export const ALL_RULES: Rules = new Set(MODEL_RULES);
export const without = (rule: ModelRule): Rules => new Set(MODEL_RULES.filter((each) => each !== rule));
