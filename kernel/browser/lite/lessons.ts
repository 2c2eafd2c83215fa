// Lessons that the site ships, and the reader's copies of them. JupyterLite shows a copy in place of the shipped file from
// the first save on, whatever the site has since: here a newer lesson is offered, and a lesson can be had as it is shipped.
//
// lessons.json names the version of each shipped notebook; the notebook's own metadata say from which version it came
// (kernel/setup/lite.js writes both), so that a copy knows its age wherever it has been.
import type {
  Application,
  Contents,
  DocumentContext,
  DocumentWidget,
  LabUtilities,
  Palette,
  UserInterface,
} from "./jupyterlite.js";
import { shippedFile } from "./shipped.js";

export interface LessonsOptions {
  readonly labUtilities: LabUtilities;
  readonly userInterface: UserInterface;
  /** The folder of JupyterLite, ending with a slash. */
  readonly base: URL;
}

interface Origin {
  /** The version that the reader's copy began as. */
  readonly shipped?: unknown;
  /** A newer one that the reader did not want. */
  readonly declined?: unknown;
}

const command = "normlab:reset-lesson";
const toolbarItem = "normlab-reset-lesson";

export function createLessons({ labUtilities, userInterface, base }: LessonsOptions): object {
  const { Dialog, Notification, showDialog } = labUtilities;

  const activate = (app: Application, palette: Palette | null): void => {
    const { contents } = app.serviceManager;
    let shipped: Readonly<Record<string, string>> = {};
    const seen = new WeakSet<DocumentContext>();

    const current = (): DocumentContext | undefined => lessonOf(app.shell.currentWidget, shipped);

    async function lookAt(widget: DocumentWidget | null): Promise<void> {
      if (widget?.context === undefined || seen.has(widget.context)) return;
      const { context } = widget;
      seen.add(context);
      await context.ready;
      shipped = await shippedVersions(base, shipped);
      app.commands.notifyCommandChanged(command);
      if (lessonOf(widget, shipped) === undefined) return;
      widget.toolbar?.addItem(
        toolbarItem,
        new userInterface.CommandToolbarButton({
          commands: app.commands,
          id: command,
          label: "Reset lesson",
        }),
      );
      offerNewer(context);
    }

    function offerNewer(context: DocumentContext): void {
      const version = shipped[context.localPath];
      const origin = originOf(context);
      if (origin.shipped === version || origin.declined === version) return;
      const mine = "Your copy is kept beside it under another name.";
      Notification.info(
        `The site has a newer version of ${context.localPath} than the copy that this browser keeps.`,
        {
          autoClose: false,
          actions: [
            {
              label: "Open the new one",
              caption: mine,
              displayType: "accent",
              callback: () => attempt(() => replace(context, true)),
            },
            {
              label: "Keep mine",
              caption: "Not asked again until there is yet another version.",
              callback: () =>
                attempt(async () => {
                  context.model.setMetadata("normlab", { ...origin, declined: version });
                  await context.save();
                }),
            },
          ],
        },
      );
    }

    /** What fails here has changed nothing, and is told. */
    function attempt(change: () => Promise<void>): void {
      change().catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        Notification.error(reason, { autoClose: false });
      });
    }

    /** Puts the shipped lesson in the place of the open one. */
    async function replace(context: DocumentContext, keepsCopy: boolean): Promise<void> {
      const path = context.localPath;
      const lesson = await shippedLesson(base, path);
      if (keepsCopy) {
        const copy = await freeName(contents, path);
        await contents.save(copy, notebook(context.model.toJSON()));
        Notification.info(`Your copy is ${copy}.`, { autoClose: 10_000 });
      }
      await contents.save(path, notebook(lesson));
      await context.revert();
    }

    async function ask(context: DocumentContext): Promise<void> {
      const keep = Dialog.okButton({ label: "Reset, keep a copy" });
      const drop = Dialog.warnButton({ label: "Reset" });
      const { button } = await showDialog({
        title: "Reset this lesson?",
        body: `${context.localPath} becomes what the site ships. What you changed in it is lost, unless you keep a copy. The kernel keeps its variables until it is restarted.`,
        buttons: [Dialog.cancelButton(), keep, drop],
        defaultButton: 1,
      });
      if (button.accept) await replace(context, button.label === keep.label);
    }

    app.commands.addCommand(command, {
      label: "Reset Lesson to the Shipped One",
      caption: "Puts the site's version of this lesson in the place of your copy",
      isEnabled: () => current() !== undefined,
      execute: () => {
        const context = current();
        if (context !== undefined) attempt(() => ask(context));
      },
    });
    palette?.addItem({ command, category: "Notebook Operations" });
    app.contextMenu.addItem({ command, selector: ".jp-Notebook", rank: 50 });
    app.shell.currentChanged?.connect((_shell, { newValue }) => void lookAt(newValue));
    void app.started.then(() => lookAt(app.shell.currentWidget));
  };

  return {
    id: "@normlab/kernel:lessons",
    description: "Resets a lesson to the shipped one, and offers a newer one.",
    autoStart: true,
    requires: [],
    optional: [labUtilities.ICommandPalette],
    activate,
  };
}

const notebook = (content: unknown) => ({ type: "notebook", format: "json", content });

/** The context of a shipped notebook, by what is open. */
function lessonOf(
  widget: DocumentWidget | null,
  shipped: Readonly<Record<string, string>>,
): DocumentContext | undefined {
  const context = widget?.context;
  return context !== undefined && Object.hasOwn(shipped, context.localPath) ? context : undefined;
}

function originOf(context: DocumentContext): Origin {
  const origin = context.model.getMetadata("normlab");
  return typeof origin === "object" && origin !== null ? origin : {};
}

/** The site's versions now; those that were known where it cannot be reached. */
async function shippedVersions(
  base: URL,
  known: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>>> {
  try {
    const response = await fetch(new URL("lessons.json", base), { cache: "no-cache" });
    return response.ok ? await response.json() : known;
  } catch {
    return known;
  }
}

async function shippedLesson(base: URL, path: string): Promise<unknown> {
  const failed = (why: string) =>
    new Error(
      `${path} stays as it is: the site's version of it could not be loaded (${why}). Try again later.`,
    );
  const response = await fetch(shippedFile(path, base), { cache: "no-cache" }).catch(() => {
    throw failed("no connection");
  });
  if (!response.ok) throw failed(`status ${response.status}`);
  return response.json();
}

/** "lesson (my copy).ipynb", or with a number where that is taken. */
async function freeName(contents: Contents, path: string): Promise<string> {
  const stem = path.replace(/\.ipynb$/, "");
  for (let number = 1; ; number++) {
    const name = `${stem} (my copy${number === 1 ? "" : ` ${number}`}).ipynb`;
    const taken = await contents.get(name, { content: false }).then(
      () => true,
      () => false,
    );
    if (!taken) return name;
  }
}
