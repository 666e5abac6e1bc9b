import { TaskError } from '../../shared/ground/errors.js';
import type { CheckName, Code } from './catalogue.js';

/** Something that checks need is out of reach; `owner` is the check that tells of it. */
export class PartMissing extends Error {
  readonly owner: CheckName;
  readonly code: Code;
  override readonly cause: TaskError;

  constructor(owner: CheckName, code: Code, cause: TaskError) {
    super(cause.message);
    this.owner = owner;
    this.code = code;
    this.cause = cause;
  }
}

/** Something that several checks need: opened once, when it is first asked for. */
export class Part<T> {
  readonly #owner: CheckName;
  readonly #codeOf: (error: TaskError) => Code;
  readonly #open: () => Promise<T> | T;
  #value: Promise<T> | undefined;

  constructor(owner: CheckName, code: Code | ((error: TaskError) => Code), open: () => Promise<T> | T) {
    this.#owner = owner;
    this.#codeOf = typeof code === 'function' ? code : () => code;
    this.#open = open;
  }

  /** @throws PartMissing when it cannot be had. */
  get(): Promise<T> {
    this.#value ??= this.#try();
    return this.#value;
  }

  /** What it is, or undefined when it cannot be had: for what is only wanted beside something else. */
  async ifThere(): Promise<T | undefined> {
    try {
      return await this.get();
    } catch (error) {
      if (error instanceof PartMissing) return undefined;
      throw error;
    }
  }

  /** Whether it was opened, and so has to be closed. */
  async opened(): Promise<T | undefined> {
    return this.#value?.catch(() => undefined);
  }

  /** Asks anew at the next `get`, after something was mended. */
  forget(): void {
    this.#value = undefined;
  }

  async #try(): Promise<T> {
    try {
      return await this.#open();
    } catch (error) {
      if (error instanceof TaskError) throw new PartMissing(this.#owner, this.#codeOf(error), error);
      throw error;
    }
  }
}
