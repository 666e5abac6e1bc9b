import type { TaskName } from './schedule.js';

/** One task with its flags, as a flow would start it. */
export interface Call {
  /** A step of the flow, or the audit with which a schedule ends. */
  task: TaskName | 'audit';
  runKey?: string;
  runId?: string;
  batchId?: string;
  /** Of an archive by name: the customer. */
  customer?: string;
  /** Of an audit: it mends, what was changed by hand too. */
  repair?: boolean;
  /** After the faults: what is held back since it failed is tried again. */
  retryFailed?: boolean;
}

/** How a call ended: with its outputs, or with what stopped it. */
export interface Ended {
  call: Call;
  outputs?: Readonly<Record<string, unknown>>;
  /** Why not: killed, exit code 1, exit code 2, or an error that the program does not know. */
  failed?: 'killed' | 'again' | 'refused' | 'crashed';
  message?: string;
}

const STEPS = ['stage', 'push', 'promote', 'archive'] as const;

/** Where the flow stands: which task is due. */
export class Flow {
  #run = 0;
  #due: 'detect' | 'batch' | (typeof STEPS)[number] = 'detect';
  #runId = '';
  #batches: string[] = [];
  #last: Call | undefined;
  retryFailed = false;

  get due(): Call {
    switch (this.#due) {
      case 'detect':
        return { task: 'detect', runKey: `run-${this.#run}` };
      case 'batch':
        return { task: 'batch', runId: this.#runId, retryFailed: this.retryFailed };
      default:
        return { task: this.#due, batchId: this.#batches[0] ?? '' };
    }
  }

  /** The call that ended last, to be made once more. */
  get last(): Call | undefined {
    return this.#last;
  }

  /** A run has begun and is not at its end. */
  get isOpen(): boolean {
    return this.#due !== 'detect';
  }

  renew(): void {
    this.#run += 1;
    this.#due = 'detect';
    this.#batches = [];
  }

  /** Goes on when the due call ended well; `regardless`: after a push that did not, too. */
  ended({ call, outputs, failed }: Ended, regardless = false): void {
    this.#last = call;
    if (failed && !(regardless && call.task === 'push')) return;
    switch (call.task) {
      case 'detect':
        this.#runId = String(outputs?.['runId']);
        this.#due = 'batch';
        return;
      case 'batch':
        this.#batches = batchIds(outputs?.['batches']);
        this.#next('stage');
        return;
      case 'stage':
        this.#due = 'push';
        return;
      case 'push':
        this.#due = 'promote';
        return;
      case 'promote':
        this.#due = 'archive';
        return;
      case 'archive':
        this.#batches.shift();
        this.#next('stage');
    }
  }

  #next(step: 'stage'): void {
    if (this.#batches.length > 0) this.#due = step;
    else this.renew();
  }
}

function batchIds(batches: unknown): string[] {
  if (!Array.isArray(batches)) return [];
  return batches.map((batch: { batchId: string }) => batch.batchId);
}
