/** A list with one of its rows one place further up; the list itself stays as it is. */
export function movedUp<T>(rows: T[], index: number): T[] {
  const moved = [...rows]
  const [row] = moved.splice(index, 1)
  if (row !== undefined) moved.splice(index - 1, 0, row)
  return moved
}
