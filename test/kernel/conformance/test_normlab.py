"""jupyter_kernel_test's own tests, with snippets in TypeScript. Run by conformance.test.ts."""

import os
import unittest

import jupyter_kernel_test


class NormlabKernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = "normlab"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = 'console.log("hello, world");'
    code_stderr = 'console.error("oops");'
    code_page_something = ""  # JavaScript has no pager
    code_generate_error = 'throw new Error("wrong");'
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "({ a: 1 })", "result": "{ a: 1 }"},
        {"code": '"text"', "result": "'text'"},
    ]
    code_display_data = [
        {
            "code": 'globalThis[Symbol.for("normlab.kernel")].display({ "text/html": "<b>bold</b>" });',
            "mime": "text/html",
        },
        {
            "code": 'globalThis[Symbol.for("normlab.kernel")].display({ "image/png": new Uint8Array([1, 2, 3]) });',
            "mime": "image/png",
        },
    ]
    completion_samples = [
        {"text": "consol", "matches": {"console"}},
        {"text": "Math.hyp", "matches": {"hypot"}},
        {"text": '"𝒂𝒃"; Math.hyp', "matches": {"hypot"}},
    ]
    complete_code_samples = ["1 + 1", "const x = 1;", "function f() { return 1; }"]
    incomplete_code_samples = ["function f() {", "const x = [1,", "`a"]
    invalid_code_samples = ["const = 1", "1 +* 2)"]
    code_inspect_sample = "console.log"
    code_clear_output = 'globalThis[Symbol.for("normlab.kernel")].clear();'
    supported_history_operations = ("tail", "range", "search")
    code_history_pattern = "6?*7"


if __name__ == "__main__":
    unittest.main()
