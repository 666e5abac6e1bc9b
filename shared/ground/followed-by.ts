/**
 * Returns the work's result; `last` is done after it, whatever comes of it. An error of `last` does not take the place
 * of the work's own: it goes to `onLost` then.
 */
export async function followedBy<Result>(
  work: () => Promise<Result>,
  last: () => Promise<unknown>,
  onLost: (error: unknown) => void,
): Promise<Result> {
  let result: Result;
  try {
    result = await work();
  } catch (error) {
    await last().catch(onLost);
    throw error;
  }
  await last();
  return result;
}
