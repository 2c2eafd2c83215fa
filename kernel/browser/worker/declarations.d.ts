// The text of every declaration file that the checker of a page reads, by the name that it has there. kernel/setup/pack.js
// writes it.
declare const declarations: Readonly<Record<string, string>>;
export default declarations;
