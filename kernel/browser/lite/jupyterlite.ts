// The part of JupyterLab's and JupyterLite's API that the extension uses. The modules themselves come from the page, which
// has one copy of each for all extensions; their packages would bring some 40 MB for a few names.
//
//   @jupyterlite/services 0.8    https://github.com/jupyterlite/jupyterlite/tree/main/packages/services
//   @jupyterlite/apputils 0.8, @jupyterlab/services 7, @jupyterlab/coreutils 6, @jupyterlab/apputils 4,
//   @jupyterlab/ui-components 4, @jupyterlab/rendermime 4, @jupyterlab/rendermime-interfaces 3, @lumino/widgets 2
import type { Content, Header } from "../../session/transport.js";

export interface LabMessage {
  readonly header: Header;
  readonly parent_header: Partial<Header>;
  readonly metadata: Content;
  readonly content: Content;
  readonly buffers?: readonly (ArrayBuffer | ArrayBufferView)[];
  readonly channel: "shell" | "control" | "stdin" | "iopub";
}

export interface KernelOptions {
  readonly id: string;
  readonly name: string;
  /** The notebook's folder. */
  readonly location: string;
  sendMessage(message: LabMessage): void;
}

/** BaseKernel of @jupyterlite/services: id, location, disposal; what it does with messages is replaced. */
export interface BaseKernel {
  readonly id: string;
  readonly location: string;
  readonly isDisposed: boolean;
  dispose(): void;
}

/** Of localforage: one of its stores. */
export interface Store {
  getItem(key: string): Promise<unknown>;
  setItem(key: string, value: unknown): Promise<unknown>;
  removeItem(key: string): Promise<void>;
  clear(): Promise<void>;
  iterate(each: (value: unknown, key: string) => void): Promise<void>;
}

interface StoreOptions {
  readonly storageName: string;
  readonly storageDrivers: readonly string[] | null;
  readonly localforage: object;
}

/** Settings as @jupyterlite/services keeps them. */
export interface LiteSettings {
  /** Makes the store of what the reader has set; called once. */
  defaultSettingsStorage(): Store;
  /** Reads a file with schemas of settings. */
  _getAll(file: string): Promise<readonly object[]>;
}

/** The files of a page as @jupyterlite/services has them: the site's, and the reader's over those. */
export interface BrowserStorageDrive {
  /** What the site has in a folder, by name. */
  _getServerDirectory(path: string): Promise<Map<string, object>>;
}

export interface LiteServices {
  readonly BaseKernel: new (options: KernelOptions) => BaseKernel;
  readonly Settings: new (options: StoreOptions) => LiteSettings;
  readonly BrowserStorageDrive: new (options: StoreOptions) => BrowserStorageDrive;
  readonly IKernelSpecs: unknown;
  readonly IKernelClient: unknown;
}

export interface LiteUtilities {
  readonly IServiceWorkerManager: unknown;
}

export interface LiteStorage {
  readonly ILocalForage: unknown;
}

/** @jupyterlab/translation 4 */
export interface Translations {
  readonly ITranslatorConnector: unknown;
}

export interface LabServices {
  readonly ISettingManager: unknown;
  readonly IDefaultDrive: unknown;
  readonly KernelMessage: {
    createMessage(options: {
      msgType: string;
      msgId: string;
      channel: LabMessage["channel"];
      session: string;
      parentHeader: Partial<Header>;
      content: Content;
      metadata: Content;
      buffers: readonly (ArrayBuffer | ArrayBufferView)[];
    }): LabMessage;
  };
}

export interface CoreUtilities {
  readonly PageConfig: { getBaseUrl(): string; getOption(name: string): string };
}

export interface KernelSpecs {
  register(kernel: {
    spec: {
      name: string;
      display_name: string;
      language: string;
      argv: string[];
      resources: Record<string, string>;
    };
    create(options: KernelOptions): Promise<BaseKernel>;
  }): void;
}

export interface KernelClient {
  interrupt(kernelId: string): Promise<void>;
}

export interface ServiceWorkerManager {
  readonly browsingContextId: string;
  registerStdinHandler(name: string, handler: (data: unknown) => Promise<unknown>): void;
}

export interface ContentsModel {
  readonly name: string;
  readonly type: string;
  readonly format: "json" | "text" | "base64" | null;
  readonly content: unknown;
  readonly last_modified: string;
}

export interface Contents {
  get(path: string, options: { content: boolean }): Promise<ContentsModel>;
  save(path: string, options: { type: string; format: string; content: unknown }): Promise<unknown>;
  delete(path: string): Promise<void>;
}

/** An open file: DocumentRegistry.IContext. */
export interface DocumentContext {
  readonly localPath: string;
  readonly ready: Promise<void>;
  readonly model: {
    toJSON(): unknown;
    /** A notebook's. */
    getMetadata(key: string): unknown;
    setMetadata(key: string, value: unknown): void;
  };
  save(): Promise<void>;
  revert(): Promise<void>;
}

/** A tab; one of an open file has a context. */
export interface DocumentWidget {
  readonly context?: DocumentContext;
  readonly toolbar?: { addItem(name: string, widget: object): boolean };
}

export interface Commands {
  addCommand(
    id: string,
    options: { label: string; caption: string; isEnabled(): boolean; execute(): void },
  ): unknown;
  notifyCommandChanged(id: string): void;
}

/** @lumino/application 2: IPlugin */
export interface Plugin {
  readonly id: string;
  readonly description?: string;
  readonly autoStart?: boolean | "defer";
  readonly requires?: readonly unknown[];
  readonly optional?: readonly unknown[];
  readonly provides?: unknown;
  activate(app: Application, ...services: unknown[]): unknown;
}

export interface Application {
  readonly serviceManager: { readonly contents: Contents };
  readonly commands: Commands;
  readonly contextMenu: { addItem(item: { command: string; selector: string; rank: number }): unknown };
  readonly shell: {
    readonly currentWidget: DocumentWidget | null;
    /** The REPL's shell has none. */
    readonly currentChanged?: {
      connect(listener: (shell: unknown, change: { readonly newValue: DocumentWidget | null }) => void): void;
    };
  };
  readonly started: Promise<void>;
  /** What was open is open again. */
  readonly restored: Promise<void>;
  hasPlugin(id: string): boolean;
  registerPlugin(plugin: Plugin): void;
  activatePlugin(id: string): Promise<void>;
}

/** ISettingRegistry.IPlugin: a plugin's settings. */
export interface SettingPlugin {
  readonly id: string;
  /** What the reader has written. */
  readonly raw: string;
  readonly schema: object;
  data: { composite: object; user: object };
}

export interface SettingConnector {
  list(query: "active" | "ids"): Promise<{
    readonly ids: readonly string[];
    readonly values: readonly SettingPlugin[];
  }>;
}

export interface SettingValidator {
  /** Errors, or null. */
  validateData(plugin: SettingPlugin, populate?: boolean): object[] | null;
}

export interface SettingRegistry {
  readonly plugins: Readonly<Record<string, SettingPlugin>>;
  /** `forced`: with the changes that other plugins make to its schema. */
  load(id: string, forced?: boolean): Promise<unknown>;
}

/** @jupyterlab/settingregistry 4 */
export interface SettingRegistries {
  readonly ISettingConnector: unknown;
  readonly ISettingRegistry: unknown;
  readonly DefaultSchemaValidator: new () => SettingValidator;
  readonly SettingRegistry: new (options: {
    connector: SettingConnector;
    plugins: readonly SettingPlugin[];
    validator: SettingValidator;
  }) => SettingRegistry;
}

export interface Palette {
  addItem(item: { command: string; category: string }): unknown;
}

export interface DialogButton {
  readonly label: string;
  readonly accept: boolean;
}

interface NotificationOptions {
  /** Milliseconds, or false for a notification that stays. */
  autoClose: number | false;
  actions?: readonly { label: string; caption: string; displayType?: "accent"; callback(): void }[];
}

/** @jupyterlab/apputils 4 */
export interface LabUtilities {
  readonly ICommandPalette: unknown;
  readonly Notification: {
    info(message: string, options: NotificationOptions): unknown;
    error(message: string, options: NotificationOptions): unknown;
  };
  readonly Dialog: {
    cancelButton(): DialogButton;
    okButton(options: { label: string }): DialogButton;
    warnButton(options: { label: string }): DialogButton;
  };
  showDialog(options: {
    title: string;
    body: string;
    buttons: readonly DialogButton[];
    defaultButton: number;
  }): Promise<{ readonly button: DialogButton }>;
}

/** @jupyterlab/ui-components 4 */
export interface UserInterface {
  readonly CommandToolbarButton: new (options: { commands: Commands; id: string; label: string }) => object;
}

/** IRenderMime.IMimeModel: an output, by MIME type. */
export interface MimeModel {
  readonly data: Readonly<Record<string, unknown>>;
}

/** @lumino/widgets 2: a part of the page. What is protected there is called by the page. */
export interface LuminoWidget {
  readonly node: HTMLElement;
  readonly isDisposed: boolean;
  /** Whether it is part of the page. */
  readonly isAttached: boolean;
  addClass(name: string): void;
  dispose(): void;
  /** Has it drawn soon. */
  update(): void;
  /** Called when it has become part of the page. */
  onAfterAttach(message: object): void;
}

export interface LuminoWidgets {
  readonly Widget: (new () => LuminoWidget) & { readonly prototype: LuminoWidget };
  readonly Menu: { readonly prototype: LuminoWidget };
}

/** IRenderMime.IRenderer */
export interface MimeRenderer extends LuminoWidget {
  renderModel(model: MimeModel): Promise<void>;
}

/** IRenderMime.IRendererFactory */
export interface MimeRendererFactory {
  readonly mimeTypes: readonly string[];
  createRenderer(options: object): MimeRenderer;
}

/** @jupyterlab/mathjax-extension 4: its plugin gives what typesets the formulas in a part of the page. */
export interface MathJax {
  readonly default: {
    activate: (...services: unknown[]) => { typeset(node: HTMLElement): Promise<void> };
  };
}

/** @jupyterlab/notebook 4 */
export interface Notebooks {
  readonly StaticNotebook: { readonly prototype: object };
}

/** @jupyterlab/rendermime 4 */
export interface RenderMime {
  readonly htmlRendererFactory: MimeRendererFactory;
  readonly textRendererFactory: MimeRendererFactory;
}

/** What the page gives to an extension: modules that all of them share. */
export interface Shared {
  readonly liteServices: LiteServices;
  readonly liteUtilities: LiteUtilities;
  readonly labServices: LabServices;
  readonly coreUtilities: CoreUtilities;
}
