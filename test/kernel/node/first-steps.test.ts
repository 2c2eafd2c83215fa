// A first notebook as it is written for tslab: the features of its introduction, in thirteen cells of our own, over the
// wire's messages. Each cell runs, and shows what stands behind it.
import { expect } from "chai";
import { hosts, type Running } from "../hosts.js";

const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=";

interface Shown {
  printed?: string;
  /** Of results and displays, by type; an update stands for itself. */
  data?: Record<string, unknown>[];
}

const cells: readonly (readonly [string, Shown])[] = [
  [
    "import * as tslab from 'tslab';\n\nconsole.log('A first cell.')\nconsole.log('Has versions:', Object.keys(tslab.versions).includes('typescript'))",
    { printed: "A first cell.\nHas versions: true\n" },
  ],
  [
    "/** The n-th triangular number. */\nfunction triangle(n: number): number {\n  return n > 0 ? n + triangle(n - 1) : 0;\n}",
    {},
  ],
  [
    "{\n  // Names of a block are the block's.\n  const n = 100;\n  const began = Date.now();\n  console.log(`triangle(${n}) = ${triangle(n)}, at once: ${Date.now() - began < 1000}`)\n}",
    { printed: "triangle(100) = 5050, at once: true\n" },
  ],
  [
    "interface Shape {\n  area(): number;\n}\n\nclass Square implements Shape {\n  private side: number;\n\n  constructor(side: number) {\n    this.side = side;\n  }\n\n  area(): number {\n    return this.side ** 2;\n  }\n}\n\nfunction describeShape(shape: Shape) {\n  console.log(`area ${shape.area()}`);\n}\n\ndescribeShape(new Square(3));",
    { printed: "area 9\n" },
  ],
  [
    "let pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));\nconst began = Date.now();\n// Await at the top.\nawait pause(20);\n`Waited: ${Date.now() - began >= 19}`",
    { data: [{ "text/plain": "'Waited: true'" }] },
  ],
  [
    "// A promise that nobody awaits.\npause(500);",
    {
      data: [
        {
          "text/plain":
            "Promise { <pending> }\nIt has no value yet: write `await` in front of it to wait for one.",
        },
      ],
    },
  ],
  ['import fs from "fs";\nimport * as tslab from "tslab";', {}],
  [
    "tslab.display.html('<b style=\"color:#007ACC\">HTML</b> of a cell')",
    { data: [{ "text/html": '<b style="color:#007ACC">HTML</b> of a cell' }] },
  ],
  [
    `import { tmpdir } from "os";\nconst picture = \`\${tmpdir()}/normlab-\${process.pid}.png\`;\nfs.writeFileSync(picture, "${pixel}", "base64");\ntslab.display.png(fs.readFileSync(picture));\nfs.unlinkSync(picture)`,
    { data: [{ "image/png": pixel }] },
  ],
  [
    "{\n  let display = tslab.newDisplay();\n  for (let done = 1; done <= 3; done++) {\n    await pause(1);\n    display.text(`${done} of 3`);\n  }\n}",
    { data: [{ "text/plain": "1 of 3" }, { "text/plain": "2 of 3" }, { "text/plain": "3 of 3" }] },
  ],
  [
    "{\n  class Pair {\n    constructor(public left: number, public right: string) {}\n  }\n  const pair = new Pair(1, 'one');\n  let { left, right: word } = pair;\n  console.log({ left, word });\n  let [x, y, ...rest] = [1, 2, 3, 4];\n  console.log({ x, y, rest })\n  let squares: number[] = [];\n  for (let e of (function* (n: number) {\n    for (let i = 0; i < n; i += 3) yield i;\n  })(10)) {\n    squares.push(e * e);\n  }\n  console.log('squares =', squares);\n}",
    {
      printed: "{ left: 1, word: 'one' }\n{ x: 1, y: 2, rest: [ 3, 4 ] }\nsquares = [ 0, 9, 36, 81 ]\n",
    },
  ],
  [
    "let later = async () => {\n  let pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));\n  await pause(1);\n  return 'after a while'\n}\nawait later();",
    { data: [{ "text/plain": "'after a while'" }] },
  ],
  [
    "{\n  let found = { next: null };\n  console.log('found?.next?.value ==', found?.next?.value);\n  let a = null, b = 0, c = 'text';\n  console.log('a ?? b ?? c ==', a ?? b ?? c);\n}",
    { printed: "found?.next?.value == undefined\na ?? b ?? c == 0\n" },
  ],
];

// A page has no modules of Node's.
for (const { name, start } of hosts.filter(({ runtime }) => runtime.startsWith("Node.js")))
  describe(`a first notebook, ${name}`, () => {
    let running: Running;
    before(async () => {
      running = await start();
    });
    after(() => running.stop());

    cells.forEach(([code, { printed = "", data = [] }], index) => {
      it(`cell ${index + 1}`, async () => {
        const { reply, messages } = await running.client.execute(code);
        expect(reply.status, JSON.stringify(reply)).to.equal("ok");
        const text = messages
          .filter(({ header }) => header.msg_type === "stream")
          .map(({ content }) => content.text);
        expect(text.join("")).to.equal(printed);
        const shown = messages.filter(({ header }) =>
          /^(?:execute_result|(?:update_)?display_data)$/.test(header.msg_type),
        );
        expect(shown.map(({ content }) => content.data)).to.deep.equal(data);
      });
    });
  });
