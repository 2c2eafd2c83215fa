/** The method by which Node prints a value in a console; consoles of browsers do not call it. */
export const consoleInspect: unique symbol = Symbol.for("nodejs.util.inspect.custom");
