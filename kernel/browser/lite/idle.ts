// When a page has nothing to do.

/** How long an idle moment is waited for (ms). */
const patience = 3000;

/** When a lesson's page has had its time to open (ms). */
const rest = 5000;

export const whenIdle = (): Promise<void> =>
  new Promise((resolve) => {
    // Safari has no requestIdleCallback.
    if (typeof requestIdleCallback === "undefined") setTimeout(resolve, 200);
    else requestIdleCallback(() => resolve(), { timeout: patience });
  });

/** An idle moment, but not while the page still opens. */
export async function whenRested(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, rest));
  await whenIdle();
}
