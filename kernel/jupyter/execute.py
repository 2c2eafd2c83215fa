"""Executes notebooks through nbconvert. Called by kernel/setup/notebooks.js and kernel/command/grade/.

Reads lines of JSON: {"source", "target", "folder"}. SOURCE is re-executed in FOLDER and written to TARGET, also when a cell fails: then it
holds what was reached. With "every": true a failure stops nothing, each cell runs, and "timeout" (seconds) interrupts one that
runs longer; "kernel" runs it whatever the notebook names. What happened is printed as one line of JSON for each: {"cells": N} and, after a
failure, "failure": {cell, line, name, message}. A cell's number is its place among the code cells, which is what Jupyter shows beside
it after a run from top to bottom.
"""

import hashlib
import json
import os
import re
import signal
import sys

import nbformat
from jupyter_client.kernelspec import NoSuchKernel
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbconvert.preprocessors import ExecutePreprocessor

# How the kernels that run here name a line of a cell: normlab's and ipykernel's traceback.
LINE_OF_CELL = r"\bCell (?:In ?)?\[{number}\](?:, line |:| line )(\d+)"
ANSI_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def read(path):
    """The notebook in format 4.5. Cells without an id get one from their place and text: the same one each time."""
    with open(path, encoding="utf-8") as file:
        content = json.load(file)
    if not isinstance(content, dict) or not isinstance(content.get("cells"), list) or content.get("nbformat") != 4:
        raise ValueError("it holds no notebook of format 4")
    content["nbformat_minor"] = max(5, content.get("nbformat_minor", 0))
    for place, cell in enumerate(content["cells"]):
        text = f"{place}\0{''.join(cell.get('source', ''))}"
        cell.setdefault("id", hashlib.sha256(text.encode()).hexdigest()[:8])
    notebook = nbformat.from_dict(content)
    for cell in notebook.cells:
        cell.source = "".join(cell.source)
        for outputs in cell.get("attachments", {}).values():
            outputs.update({kind: "".join(data) for kind, data in outputs.items()})
    nbformat.validate(notebook)
    return notebook


def clear(notebook):
    """Takes away what earlier runs left, so that a cell that is not reached shows nothing."""
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = []
            cell.execution_count = None


def strip_versions(notebook):
    """A new version of Node or of the kernel must not change a saved notebook."""
    notebook.metadata.get("language_info", {}).pop("version", None)


def line_of(cell):
    """The line of the failed cell itself that its traceback names first, or None."""
    errors = [output for output in cell.outputs if output.output_type == "error"]
    if not errors:
        return None
    traceback = ANSI_COLOUR.sub("", "\n".join(errors[-1].traceback))
    found = re.search(LINE_OF_CELL.format(number=cell.execution_count), traceback)
    return int(found.group(1)) if found else None


def write(notebook, target):
    os.makedirs(os.path.dirname(target), exist_ok=True)
    temporary = f"{target}.{os.getpid()}.tmp"
    try:
        with open(temporary, "w", encoding="utf-8", newline="\n") as file:
            nbformat.write(notebook, file)
        os.replace(temporary, target)
    finally:
        if os.path.exists(temporary):
            os.remove(temporary)


def execute(notebook, folder, every=False, timeout=None, kernel=""):
    """Runs every cell; returns the failure of the cell that stopped the run, or None."""
    reached = []

    def note(cell, **_):
        if cell.cell_type == "code":
            reached.append(cell)

    preprocessor = ExecutePreprocessor(
        kernel_name=kernel,
        timeout=timeout,
        interrupt_on_timeout=True,
        startup_timeout=120,
        record_timing=False,
        coalesce_streams=True,
        allow_errors=every,
        # nbclient's default gives up on late output after 4 s and loses it without a word.
        iopub_timeout=60,
        raise_on_iopub_timeout=True,
        on_cell_start=note,
    )
    try:
        preprocessor.preprocess(notebook, {"metadata": {"path": folder}})
    except CellExecutionError as error:
        line = line_of(reached[-1])
        return {"cell": len(reached), "line": line, "name": error.ename, "message": error.evalue}
    except (CellTimeoutError, DeadKernelError) as error:
        message = f"{error}. The cell ended the kernel's process, or the machine did (memory?)."
        return {"cell": len(reached), "line": None, "name": "DeadKernelError", "message": message}
    return None


def answer(source, target, folder, **options):
    try:
        notebook = read(source)
    except (ValueError, nbformat.ValidationError) as error:
        reason = str(error).splitlines()[0]
        return {"refused": f"{reason}. Is it a notebook (.ipynb)? Open it in JupyterLab and save it again."}
    clear(notebook)
    try:
        failure = execute(notebook, folder, **options)
    except NoSuchKernel as error:
        return {"refused": f"it asks for the kernel {error.name!r}, which the Jupyter of {sys.executable} does not have. "
                "Choose the kernel TypeScript (normlab) in JupyterLab and save it."}
    strip_versions(notebook)
    write(notebook, target)
    cells = sum(cell.cell_type == "code" for cell in notebook.cells)
    return {"cells": cells, **({"failure": failure} if failure else {})}


if __name__ == "__main__":
    # Kernels print to where this program does: elsewhere, from here on.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        # Ends as an exception, so that the kernel is shut down on the way out. nbclient takes it away each time.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        print(json.dumps(answer(**json.loads(line))), file=answers, flush=True)
