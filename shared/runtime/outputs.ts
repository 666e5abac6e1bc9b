import { writeSync } from 'node:fs';
import { messageOf, TryAgainError } from '../ground/errors.js';
import { escaped, paragraph, printable } from '../ground/text.js';

/** What a task passes to the next one: ids, customer names, counts. */
export type Outputs = Readonly<Record<string, unknown>>;

export interface Metric {
  name: string;
  type: 'counter' | 'gauge' | 'timer';
  /** Timers are in seconds. */
  value: number;
  tags?: Readonly<Record<string, string>>;
}

type KestraContent =
  | { outputs: Outputs }
  | { metrics: readonly Metric[] }
  | { logs: readonly { level: string; message: string }[] };

const NON_ASCII = /[\u007f-\uffff]/g;

/** One line of Kestra's protocol. ASCII only: a raw U+2028 would lose the whole line there. */
export function kestraLine(content: KestraContent): string {
  return `::${JSON.stringify(content).replace(NON_ASCII, escaped)}::\n`;
}

/** Lines for people, or for a program that reads JSON. */
export function printLines(lines: readonly string[]): void {
  writeLine(`${lines.map(printable).join('\n')}\n`);
}

/** Lines rendered for a terminal: already printable, with colours. */
export function printDrawn(lines: readonly string[]): void {
  writeLine(lines.map((line) => `${line}\n`).join(''));
}

/** An error text of one or more lines, on stderr. */
export function printError(text: string): void {
  writeIfPossible(`${paragraph(text)}\n`, 2);
}

/**
 * Written synchronously, because a piped stdout may be cut when the process ends. A reader that has gone, as `head`
 * does when it has seen enough, wants no more.
 * @throws TryAgainError when the disk beneath is full, or stdout cannot be written to for another reason.
 */
export function writeLine(line: string): void {
  try {
    writeAll(line, 1);
  } catch (error) {
    throw new TryAgainError(
      'OUTPUT_NOT_WRITTEN',
      `The outputs could not be written to stdout: ${messageOf(error)}. What was done stays; run again for the same outputs.`,
      { cause: error },
    );
  }
}

/** For text that is not essential: what cannot be written is dropped. */
export function writeIfPossible(line: string, descriptor: 1 | 2): void {
  try {
    writeAll(line, descriptor);
  } catch {
    // A full disk beneath a log ends no step.
  }
}

/** The streams report a closed pipe and a full disk as events, which would end the process if nobody listened. */
export function outliveLogs(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

let aboutToWrite: (() => void) | undefined;

/** Calls this before anything is written to stdout or stderr, logs included: whoever draws on the terminal clears it. */
export function beforeWriting(hear: (() => void) | undefined): void {
  aboutToWrite = hear;
}

export function tellWriting(): void {
  aboutToWrite?.();
}

const NEVER_WOKEN = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
const RETRY_MS = 2;

function writeAll(line: string, descriptor: number): void {
  tellWriting();
  let rest = Buffer.from(line);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EPIPE') return;
      if (code !== 'EAGAIN') throw error;
      // The reader is slow: asking again at once would only use the processor.
      Atomics.wait(NEVER_WOKEN, 0, 0, RETRY_MS);
    }
  }
}
