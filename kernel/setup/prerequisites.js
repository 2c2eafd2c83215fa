// What must be on the machine before the set-up can work: Node, and Python with venv. One sentence each.
import { spawnSync } from "node:child_process";
import { Problem } from "./problem.js";

const leastNode = [20, 19];
const leastPython = [3, 10];

const reaches = (version, least) =>
  version[0] > least[0] || (version[0] === least[0] && version[1] >= least[1]);

export function checkNode(version = process.versions.node) {
  if (!reaches(version.split(".").map(Number), leastNode))
    throw new Problem(
      `normlab needs Node ${leastNode.join(".")} or newer and this is Node ${version}: install a newer one (nodejs.org, nvm or your system's packages) and run the command again.`,
    );
}

const probe = `
import sys
try:
    import venv, ensurepip
    whole = 1
except ImportError:
    whole = 0
print(sys.version_info[0], sys.version_info[1], whole)
`;

function look(command) {
  const [program, ...args] = command;
  const { status, stdout } = spawnSync(program, [...args, "-c", probe], { encoding: "utf8" });
  if (status !== 0) return undefined;
  const [major, minor, whole] = stdout.trim().split(" ").map(Number);
  return { command, version: [major, minor], whole: whole === 1 };
}

/**
 * The first Python that is new enough and has venv, as the words of a command.
 * NORMLAB_PYTHON names one to use instead of those on the PATH.
 * @throws {Problem} that says what to install.
 */
export function findPython(environment = process.env) {
  const own = environment.NORMLAB_PYTHON;
  const candidates = own ? [[own]] : [["python3"], ["python"], ["py", "-3"]];
  const found = candidates.map(look).filter((python) => python !== undefined);
  const fitting = found.find((python) => python.whole && reaches(python.version, leastPython));
  if (fitting) return fitting;
  const least = leastPython.join(".");
  const recent = found.find((python) => reaches(python.version, leastPython));
  if (recent)
    throw new Problem(
      `Python ${recent.version.join(".")} is here, but without its venv module: install it (Debian and Ubuntu: apt install python3-venv) and run the command again.`,
    );
  if (found.length > 0)
    throw new Problem(
      `normlab needs Python ${least} or newer for Jupyter and found ${found[0].version.join(".")}: install a newer one (python.org or your system's packages), or name it in NORMLAB_PYTHON, and run the command again.`,
    );
  throw new Problem(
    own
      ? `NORMLAB_PYTHON names ${own}, and no Python answers there: correct it, or unset it to use the one on the PATH.`
      : `Python ${least} or newer was not found, and Jupyter runs on it: install it (python.org, or your system's packages: python3 and python3-venv) and run the command again.`,
  );
}
