// What the person at the terminal sees of a long step: its name, a sign of life, and how long it took.
const signOfLife = 10_000;

/** Runs one step and prints its name, every ten seconds that it still works, and its duration. */
export async function showStep(name, work, out = process.stderr) {
  const start = performance.now();
  const seconds = () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
  out.write(`normlab: ${name} …\n`);
  const timer = setInterval(() => out.write(`normlab: ${name} … still working, ${seconds()}\n`), signOfLife);
  try {
    const result = await work();
    out.write(`normlab: ${name}: done in ${seconds()}\n`);
    return result;
  } finally {
    clearInterval(timer);
  }
}
