/** What stands for a figure where it cannot be seen: its title, then what it shows, in sentences. */
export function altText(title: string | undefined, ...sentences: readonly string[]): string {
  const parts = [...(title ? [title] : []), ...sentences];
  return parts.map((part) => (/[.?!:]$/.test(part) ? part : `${part}.`)).join(" ");
}
