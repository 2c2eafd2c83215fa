/** normlab's own side of the comparison. The data folder is the first argument. */
import { netNamed, readData } from "./nets.js";
import { normlabStep } from "./normlab-step.js";
import { serve } from "./serve.js";

const folder = process.argv[2];

serve((name) => normlabStep(netNamed(name), readData(folder, name)));
