/** Why an image could not be had, in AWS's words. */
export class CannotPullContainerError extends Error {
  override readonly name = "CannotPullContainerError";

  constructor(why: string) {
    super(`CannotPullContainerError: ${why}`);
  }
}
