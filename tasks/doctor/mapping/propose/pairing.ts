import { type Likeness, likeness } from './words.js';

/** Something with a title on either side. */
export interface Titled {
  title: string;
}

/** A column of the board with the column of the source that it is to show. */
export interface TitlePair<Source, Target> {
  source: Source;
  target: Target;
  /** `same title` and the like. */
  why: Likeness['kind'];
}

/** A column of the board for which several columns of the source, or only doubtful ones, come into question. */
export interface Doubt<Source, Target> {
  target: Target;
  candidates: readonly Source[];
}

/** What two columns have to be, beside their titles, to be a pair. */
export type Fits<Source, Target> = (source: Source, target: Target) => boolean;

/** A near title counts from this likeness on, and where no other one comes as near. */
const NEAR_ENOUGH = 0.5;
const LEAD = 0.15;
/** Below this, a likeness is not worth telling. */
const WORTH_TELLING = 0.3;
const MOST_CANDIDATES = 3;

const KINDS = ['same title', 'same letters', 'same words'] as const;

/** Pairs equal titles: each kind of equality in turn, and of several that are equal none. */
export function pairEqual<Source extends Titled, Target extends Titled>(
  sources: readonly Source[],
  targets: readonly Target[],
  fits: Fits<Source, Target> = () => true,
): TitlePair<Source, Target>[] {
  const pairs: TitlePair<Source, Target>[] = [];
  for (const why of KINDS) {
    const [free, open] = left(sources, targets, pairs);
    const alike = (source: Source, target: Target) =>
      likeness(source.title, target.title)?.kind === why && fits(source, target);
    for (const target of open) {
      const [source, ...others] = free.filter((each) => alike(each, target));
      if (source === undefined || others.length > 0) continue;
      if (open.filter((each) => alike(source, each)).length === 1) pairs.push({ source, target, why });
    }
  }
  return pairs;
}

interface Scored<Source, Target> {
  source: Source;
  target: Target;
  score: number;
}

/** Pairs near titles where each is clearly the other's nearest; of the other columns it tells what comes into question. */
export function pairNear<Source extends Titled, Target extends Titled>(
  sources: readonly Source[],
  targets: readonly Target[],
  fits: Fits<Source, Target> = () => true,
): { pairs: TitlePair<Source, Target>[]; doubts: Doubt<Source, Target>[] } {
  const scored = targets.flatMap((target) =>
    sources.flatMap((source): Scored<Source, Target>[] => {
      const { score = 0 } = likeness(source.title, target.title) ?? {};
      return score >= WORTH_TELLING && fits(source, target) ? [{ source, target, score }] : [];
    }),
  );
  const isClear = ({ source, target, score }: Scored<Source, Target>): boolean =>
    scored.every((other) => (other.source === source) === (other.target === target) || other.score <= score - LEAD);
  const pairs = scored
    .filter((each) => each.score >= NEAR_ENOUGH && isClear(each))
    .map(({ source, target }): TitlePair<Source, Target> => ({ source, target, why: 'near' }));
  const [free, open] = left(sources, targets, pairs);
  const doubts = open.flatMap((target): Doubt<Source, Target>[] => {
    const candidates = scored
      .filter((each) => each.target === target && free.includes(each.source))
      .sort((a, b) => b.score - a.score)
      .slice(0, MOST_CANDIDATES)
      .map(({ source }) => source);
    return candidates.length === 0 ? [] : [{ target, candidates }];
  });
  return { pairs, doubts };
}

function left<Source, Target>(
  sources: readonly Source[],
  targets: readonly Target[],
  pairs: readonly TitlePair<Source, Target>[],
): [Source[], Target[]] {
  const [taken, done] = [new Set(pairs.map(({ source }) => source)), new Set(pairs.map(({ target }) => target))];
  return [sources.filter((each) => !taken.has(each)), targets.filter((each) => !done.has(each))];
}
