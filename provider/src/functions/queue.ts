/** Tasks that happen one after another. */
export class Queue {
  #last: Promise<unknown> = Promise.resolve();

  /** Does a task when those that came before are over, however they ended. */
  add<T>(task: () => Promise<T>): Promise<T> {
    const done = this.#last.then(task);
    this.#last = done.catch(() => {});
    return done;
  }
}
