// Parts of JupyterLab that draw themselves while nobody can see them: menus at each entry that they get, toolbars at each
// item, cells and outputs that are far below; MathJax where there is no formula. A page starts sooner where they wait until
// they are seen.
import { whenRested } from "./idle.js";
import type {
  LuminoWidgets,
  MathJax,
  MimeModel,
  MimeRenderer,
  MimeRendererFactory,
  Notebooks,
  RenderMime,
} from "./jupyterlite.js";

/**
 * Menu.open() draws a menu before it shows it (Lumino, packages/widgets/src/menu.ts, openRootMenu and openSubmenu), so that
 * what a closed menu draws is never seen.
 */
export function leaveClosedMenus({ Menu, Widget }: Pick<LuminoWidgets, "Menu" | "Widget">): void {
  Menu.prototype.update = function update() {
    if (this.isAttached) Widget.prototype.update.call(this);
  };
}

/** FAST's toolbar, as far as it is used here: https://github.com/microsoft/fast, foundation/toolbar. */
interface Toolbar extends HTMLElement {
  /** Called with each change of its items; looks up the style of each of them. */
  childItemsChanged(before: unknown, after: unknown): void;
}

function isToolbar(prototype: object | undefined): prototype is Toolbar {
  return prototype !== undefined && "childItemsChanged" in prototype;
}

/** How long a toolbar's items are gathered (ms). */
const gathering = 250;

/** Looks for the items that the tab key reaches once for many: each look has the browser compute the styles of the page. */
export async function gatherToolbarItems(): Promise<void> {
  const { prototype }: { prototype: object } = await customElements.whenDefined("jp-toolbar");
  if (!isToolbar(prototype)) return;
  const changed = prototype.childItemsChanged;
  const waiting = new WeakSet<Toolbar>();
  prototype.childItemsChanged = function childItemsChanged(this: Toolbar, before, after) {
    if (waiting.has(this)) return;
    waiting.add(this);
    setTimeout(() => {
      waiting.delete(this);
      changed.call(this, before, after);
    }, gathering);
  };
}

/**
 * Has a renderer draw the first output that it gets when it becomes part of the page. A search through outputs reads
 * others, too: what nobody has scrolled to is drawn when the page has rested.
 */
function drawnWhenAttached(renderer: MimeRenderer): MimeRenderer {
  const draw = renderer.renderModel.bind(renderer);
  const attached = renderer.onAfterAttach.bind(renderer);
  let waiting: MimeModel | undefined;
  const drawWaiting = (): void => {
    if (waiting === undefined || renderer.isDisposed) return;
    const model = waiting;
    waiting = undefined;
    draw(model).catch((error: unknown) => console.error(error));
  };
  renderer.renderModel = (model) => {
    if (renderer.isAttached) return draw(model);
    if (waiting === undefined) void whenRested().then(drawWaiting);
    waiting = model;
    return Promise.resolve();
  };
  renderer.onAfterAttach = (message) => {
    drawWaiting();
    attached(message);
  };
  return renderer;
}

/** MathJax is loaded for the first text that may have a formula, and not for any text at all. */
export function loadMathJaxForFormulas({ default: plugin }: MathJax): void {
  const { activate } = plugin;
  plugin.activate = (...services) => {
    const typesetter = activate(...services);
    const typeset = typesetter.typeset.bind(typesetter);
    typesetter.typeset = async (node) => {
      // $…$, \(…\), \begin{…}
      if (/[$\\]/.test(node.textContent ?? "")) await typeset(node);
    };
    return typesetter;
  };
}

/** StaticNotebook of @jupyterlab/notebook 4, as far as it is used here. */
interface CellDrawer {
  /** Has cells out of sight drawn, measured and taken away again in idle moments, and after three seconds in any case. */
  _scheduleCellRenderOnIdle(): void;
}

function isCellDrawer(prototype: object): prototype is CellDrawer {
  return "_scheduleCellRenderOnIdle" in prototype;
}

/** A page that loads has moments without work, in which JupyterLab would draw all cells: it does when the page has rested. */
export function measureCellsLater({ StaticNotebook }: Notebooks): void {
  const { prototype } = StaticNotebook;
  if (!isCellDrawer(prototype)) return;
  const schedule = prototype._scheduleCellRenderOnIdle;
  const rests = new WeakMap<CellDrawer, "waited for" | "over">();
  prototype._scheduleCellRenderOnIdle = function scheduleCellRenderOnIdle(this: CellDrawer) {
    const rest = rests.get(this);
    if (rest === "over") schedule.call(this);
    if (rest !== undefined) return;
    rests.set(this, "waited for");
    void whenRested().then(() => {
      rests.set(this, "over");
      schedule.call(this);
    });
  };
}

/** The extensions that JupyterLab asks for renderers: IRenderMime.IExtension. */
export function createOutputs({ htmlRendererFactory, textRendererFactory }: RenderMime): object[] {
  const later = (factory: MimeRendererFactory): MimeRendererFactory => ({
    ...factory,
    createRenderer: (options) => drawnWhenAttached(factory.createRenderer(options)),
  });
  return [
    { id: "@normlab/kernel:html", dataType: "string", rendererFactory: later(htmlRendererFactory) },
    { id: "@normlab/kernel:text", dataType: "string", rendererFactory: later(textRendererFactory) },
  ];
}
