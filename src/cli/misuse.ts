/** Command line that makes no sense, with one sentence about it. Exit 2. */
export class Misuse extends Error {
  override name = 'Misuse'
}
