import { parseSync } from '@swc/core';

/** A regular expression as it stands in a file; `line` is where its text stands first. */
export interface Literal {
  readonly pattern: string;
  readonly flags: string;
  readonly line: number;
}

export interface Found {
  readonly literals: readonly Literal[];
  /** Lines on which an expression is put together at run time, which nobody can analyse. */
  readonly composed: readonly number[];
}

type Node = Readonly<Record<string, unknown>>;

/** All regular expressions of a file of TypeScript or JavaScript. */
export function literalsOf(code: string, language: 'typescript' | 'ecmascript'): Found {
  const literals: Literal[] = [];
  const composed: number[] = [];
  for (const node of nodesOf(parseSync(code, { syntax: language, target: 'es2022' }))) {
    const { type, pattern, flags } = node;
    if (type === 'RegExpLiteral' && typeof pattern === 'string' && typeof flags === 'string')
      literals.push({ pattern, flags, line: lineOf(code, `/${pattern}/`) });
    else if (makesExpression(node)) composed.push(lineOf(code, 'RegExp('));
  }
  return { literals, composed };
}

function* nodesOf(value: unknown): Generator<Node> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value as Node;
  for (const part of Object.values(value)) yield* nodesOf(part);
}

/** `new RegExp(…)`, or the same without `new`. */
function makesExpression({ type, callee }: Node): boolean {
  return (
    (type === 'NewExpression' || type === 'CallExpression') && (callee as Node | undefined)?.['value'] === 'RegExp'
  );
}

function lineOf(code: string, text: string): number {
  const at = code.indexOf(text);
  return at < 0 ? 1 : code.slice(0, at).split('\n').length;
}
