import { consoleInspect } from "../base/console-inspect.js";
import { jupyterDisplay, type MimeBundle } from "../base/kernel.js";
import { trace } from "../plot/trace.js";
import { type Table, table } from "../report/table.js";
import { showShape, type Tensor } from "../tensor/tensor.js";

/** One node of a computation graph after forward() and backward(). */
export interface TraceNode {
  name: string;
  value: Tensor;
  /** ∂loss/∂value, through all paths. */
  gradient: Tensor;
  /** How the value comes from the nodes before, in text. */
  formula: string;
  /** How the gradient comes from the nodes after, in text; ∂v stands for ∂loss/∂v. */
  gradientFormula: string;
}

/** The computation graph of a layer's last forward() and backward(); what explain() returns. */
export class BackwardTrace {
  readonly nodes: readonly TraceNode[];
  /** ∂loss/∂input the long way, through every node, in float64. */
  readonly staged: Tensor;
  /** ∂loss/∂input as the layer's backward() returned it. */
  readonly closedForm: Tensor;
  private readonly differences: (h: number) => Record<string, number>;

  constructor(
    nodes: readonly TraceNode[],
    staged: Tensor,
    closedForm: Tensor,
    differences: (h: number) => Record<string, number>,
  ) {
    this.nodes = nodes;
    this.staged = staged;
    this.closedForm = closedForm;
    this.differences = differences;
  }

  /** The node of that name; throws a RangeError that lists the names. */
  node(name: string): TraceNode {
    const found = this.nodes.find((node) => node.name === name);
    if (found) return found;
    throw new RangeError(
      `There is no node "${name}". The nodes: ${this.nodes.map((node) => node.name).join(", ")}.`,
    );
  }

  /** The largest |staged − closedForm|, relative to the largest |staged|. */
  closedFormError(): number {
    let difference = 0;
    let largest = 0;
    for (let i = 0; i < this.staged.size; i++) {
      difference = Math.max(difference, Math.abs(this.staged.data[i] - this.closedForm.data[i]));
      largest = Math.max(largest, Math.abs(this.staged.data[i]));
    }
    return largest === 0 ? difference : difference / largest;
  }

  /** The relative error of each node's gradient against central differences with the step h (default 1e-6). */
  finiteDifferenceErrors(h = 1e-6): Record<string, number> {
    return this.differences(h);
  }

  /**
   * One record a node for a table: its formulas and, with `h`, the relative error of its gradient against
   * central differences. `display(layer.explain().toTable(1e-6))` shows it.
   */
  toTable(h?: number): Table {
    const errors = h === undefined ? {} : this.finiteDifferenceErrors(h);
    return table(
      this.nodes.map(({ name, formula, gradientFormula }) => ({
        node: name,
        formula,
        gradient: gradientFormula,
        ...(h === undefined ? {} : { "relative error": errors[name].toExponential(1) }),
      })),
    );
  }

  toString(): string {
    const lines = this.nodes.map(
      ({ formula, gradientFormula }) => `${formula.padEnd(40)} ${gradientFormula}`,
    );
    return [
      `BackwardTrace of input ${showShape(this.staged.shape)}`,
      ...lines,
      `gradient of the input: staged and closed form differ by ${this.closedFormError().toExponential(1)} of its largest value`,
    ].join("\n");
  }

  [consoleInspect](): string {
    return this.toString();
  }

  /**
   * The graph as a picture (plot.trace); the text says how far the staged gradient and the closed form are
   * apart.
   */
  async [jupyterDisplay](): Promise<MimeBundle> {
    return { ...(await trace(this)[jupyterDisplay]()), "text/plain": this.toString() };
  }
}
