import { expect } from "chai";
import { commandHelp, commands, readCommandLine } from "../../../kernel/command/commands.js";
import { packageVersion } from "../../../kernel/command/package.js";
import { normlab } from "./program.js";

describe("normlab's command lines", () => {
  for (const [args, message] of [
    [["install", "--prefx", "x"], "install has no option --prefx. Did you mean --prefix?"],
    [["install", "--user", "--prefix", "x"], "--user and --prefix name different places: give one."],
    [["install", "--prefix"], "--prefix needs a value: --prefix P."],
    [["install", "--prefix", "--force"], "--prefix needs a value: --prefix P."],
    [["install", "--prefix="], "--prefix needs a value: --prefix P."],
    [["install", "--force=yes"], "--force takes no value."],
    [["uninstall", "here"], "uninstall does not take here."],
    [["doctor", "--force"], "doctor has no option --force."],
    [["new"], "new needs FOLDER."],
    [["new", "a", "b"], "new does not take b."],
    [["run"], "run needs SPEC.json."],
  ] as const)
    it(`refuses ${args.join(" ")}`, () => {
      const [name, ...rest] = args;
      expect(() => readCommandLine(name, rest)).to.throw(message);
    });

  it("reads options before and after what they belong to, and a value that starts with a dash after =", () => {
    const line = readCommandLine("run", ["--workers", "2", "spec.json", "--out=-results.jsonl", "--quiet"]);
    expect(line?.operands).to.deep.equal(["spec.json"]);
    expect({ ...line?.values }).to.deep.equal({ workers: "2", out: "-results.jsonl", quiet: true });
  });

  it("asks for help whatever else is wrong", () => {
    expect(readCommandLine("install", ["--prefx", "--help"])).to.equal(undefined);
    expect(readCommandLine("new", ["-h"])).to.equal(undefined);
  });

  it("has help for each command, with every option", () => {
    for (const [name, { options, operands }] of Object.entries(commands)) {
      const help = commandHelp(name);
      for (const word of [...Object.keys(options).map((option) => `--${option}`), ...operands, "--help"])
        expect(help).to.contain(word);
    }
  });
});

describe("normlab as a program", () => {
  it("lists its commands, with exit code 0 when asked and 2 when nothing was said", () => {
    for (const [args, status] of [
      [["--help"], 0],
      [[], 2],
    ] as const) {
      const said = normlab(args);
      expect(said.status).to.equal(status);
      for (const name of Object.keys(commands)) expect(said.stdout).to.contain(`\n  ${name}`);
    }
  });

  it("tells its version", () => {
    expect(normlab(["--version"]).stdout).to.equal(`${packageVersion()}\n`);
  });

  it("names the nearest command, with exit code 2 and no stack", () => {
    const { status, stderr } = normlab(["instal"]);
    expect(status).to.equal(2);
    expect(stderr).to.equal(
      "normlab: There is no command instal. Did you mean install?\nnormlab --help says what there is.\n",
    );
  });

  it("knows no command by the name of an object's member", () => {
    expect(normlab(["constructor"]).stderr).to.match(/^normlab: There is no command constructor\./);
  });

  it("passes on the runner's exit code and words", () => {
    const { status, stderr } = normlab(["run", "no-such-spec.json", "--out", "results.jsonl"]);
    expect(status).to.equal(1);
    expect(stderr).to.match(/^normlab run: .*no-such-spec\.json/);
  });

  it("says what run lacks", () => {
    const { status, stderr } = normlab(["run", "spec.json"]);
    expect(status).to.equal(2);
    expect(stderr).to.contain("run needs --out RESULTS.jsonl.");
  });
});
