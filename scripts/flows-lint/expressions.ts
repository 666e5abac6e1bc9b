/** What a Pebble template is made of, as far as the lint looks at it. */
export interface Expression {
  kind: 'print' | 'tag';
  /** The text between the delimiters. */
  code: string;
}

export interface Template {
  expressions: Expression[];
  problems: string[];
}

const FUNCTIONS = new Set([
  'currentEachOutput',
  'envs',
  'errorLogs',
  'fromJson',
  'kv',
  'loopOutputs',
  'max',
  'min',
  'now',
  'range',
  'render',
  'renderOnce',
  'secret',
]);
const FILTERS = new Set([
  'abbreviate',
  'date',
  'dateAdd',
  'default',
  'first',
  'join',
  'jq',
  'keys',
  'last',
  'length',
  'lower',
  'merge',
  'number',
  'replace',
  'slice',
  'slugify',
  'sort',
  'split',
  'string',
  'toJson',
  'trim',
  'upper',
  'values',
]);
/** Gone in Kestra 2.0, and found only when the expression is rendered. */
const REMOVED: Readonly<Record<string, string>> = {
  json: 'json was removed in Kestra 2.0; use fromJson() or | toJson',
  currentEachOutput: 'currentEachOutput() was removed in Kestra 2.0; read outputs.<task> inside a Loop',
};
const REMOVED_PATHS: Readonly<Record<string, string>> = {
  'taskrun.value': 'taskrun.value was removed in Kestra 2.0; use item.value',
  'taskrun.iteration': 'taskrun.iteration was removed in Kestra 2.0; use item.index',
  'parents[': 'parents was removed in Kestra 2.0; use item.parent',
};
const CLOSES: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
const BLOCKS: Readonly<Record<string, string>> = { endif: 'if', endfor: 'for' };

/** Splits a text into its expressions, and says what is wrong with them. */
export function parseTemplate(text: string): Template {
  const expressions: Expression[] = [];
  const problems: string[] = [];
  let at = 0;
  for (;;) {
    const open = /\{\{|\{%|\{#/g;
    open.lastIndex = at;
    const start = open.exec(text);
    if (!start) break;
    const end = endOf(text, start.index + 2, start[0]);
    if (end === undefined) {
      problems.push(`${start[0]} is never closed: ${excerpt(text.slice(start.index))}`);
      return { expressions, problems };
    }
    const code = text
      .slice(start.index + 2, end)
      .replace(/^-|-$/g, '')
      .trim();
    if (start[0] !== '{#') expressions.push({ kind: start[0] === '{{' ? 'print' : 'tag', code });
    at = end + 2;
  }
  for (const { kind, code } of expressions) problems.push(...expressionProblems(kind, code));
  problems.push(...blockProblems(expressions));
  return { expressions, problems };
}

/** Where the closing delimiter stands, strings and inner brackets skipped. */
function endOf(text: string, from: number, delimiter: string): number | undefined {
  const closing = delimiter === '{{' ? '}}' : delimiter === '{%' ? '%}' : '#}';
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    const char = text[i] ?? '';
    if (delimiter !== '{#' && (char === '"' || char === "'")) {
      i = text.indexOf(char, i + 1);
      if (i < 0) return undefined;
    } else if (depth === 0 && text.startsWith(closing, i)) return i;
    else if (char === '{') depth++;
    else if (char === '}' && depth > 0) depth--;
  }
  return undefined;
}

/** The code with the inside of its string literals blanked, so that their text is not taken for code. */
export function withoutStrings(code: string): string {
  return code.replace(/"[^"]*"|'[^']*'/g, (literal) => literal[0] + ' '.repeat(literal.length - 2) + literal[0]);
}

function expressionProblems(kind: Expression['kind'], code: string): string[] {
  const bare = withoutStrings(code);
  const where = excerpt(code);
  const problems: string[] = [];
  if (bare.trim() === '') problems.push('an expression is empty');
  if (!balanced(bare)) problems.push(`brackets do not match in: ${where}`);
  if (/(\?\?|\band\b|\bor\b|[=<>!+*~|,-])\s*$/.test(bare)) problems.push(`ends with an operator: ${where}`);
  if (kind === 'print' && /\s(in|not in)\s/.test(bare))
    problems.push(`Pebble has no operator "in"; use isIn or contains: ${where}`);
  for (const [path, message] of Object.entries(REMOVED_PATHS)) if (bare.includes(path)) problems.push(message);
  for (const [, name = ''] of bare.matchAll(/(?<![.\w|])(?<!\|\s*)([A-Za-z_]\w*)\s*\(/g)) {
    if (REMOVED[name] !== undefined) problems.push(REMOVED[name]);
    else if (!FUNCTIONS.has(name) && !['if', 'and', 'or', 'not', 'set'].includes(name)) {
      problems.push(`unknown function ${name}(): ${where}`);
    }
  }
  for (const [, name = ''] of bare.matchAll(/\|\s*([A-Za-z_]\w*)/g)) {
    if (REMOVED[name] !== undefined) problems.push(REMOVED[name]);
    else if (!FILTERS.has(name)) problems.push(`unknown filter ${name}: ${where}`);
  }
  return problems;
}

function balanced(code: string): boolean {
  const open: string[] = [];
  for (const char of code) {
    if ('([{'.includes(char)) open.push(char);
    else if (char in CLOSES && open.pop() !== CLOSES[char]) return false;
  }
  return open.length === 0;
}

function blockProblems(expressions: readonly Expression[]): string[] {
  const open: string[] = [];
  for (const { code } of expressions.filter(({ kind }) => kind === 'tag')) {
    const word = code.split(/\s/, 1)[0] ?? '';
    if (word === 'if' || word === 'for') open.push(word);
    const opener = BLOCKS[word];
    if (opener !== undefined && open.pop() !== opener) return [`{% ${word} %} without {% ${opener} %}`];
  }
  return open.map((word) => `{% ${word} %} is never closed`);
}

function excerpt(code: string): string {
  const line = code.replace(/\s+/g, ' ').trim();
  return line.length > 80 ? `${line.slice(0, 77)}...` : line;
}
