import { host } from "#host";

/**
 * A kernel's interrupt is V8's termination, which ends a function without its `finally`. No other task runs while a function
 * has the event loop: what a later task finds begun was ended so, and is then cleaned up after.
 */
const begun = new Set<() => void>();
let isWatched = false;

/** Before work that is not to be left half done; ended() when it is done, or waits for other tasks. */
export function begins(cleanUp: () => void): void {
  begun.add(cleanUp);
  if (isWatched) return;
  void host.pause().then(() => {
    isWatched = false;
    for (const interrupted of begun) {
      interrupted();
      begun.delete(interrupted);
    }
  });
  isWatched = true;
}

export function ended(cleanUp: () => void): void {
  begun.delete(cleanUp);
}
