/** What somebody typed between commas or on lines of its own. */
export function listed(text: string): string[] {
  return text
    .split(/[,;\n]+/)
    .map((each) => each.trim())
    .filter(Boolean)
}
