/** Archives on the host, each by a key of what it was made from: some few, and the longest unused goes first. */
export interface Archives {
  /** The path of the whole archive; null when there is none. */
  find(key: string): Promise<string | null>
  /** Keeps what `fill` writes to the path that it is given, once that is whole. It never changes afterwards. */
  keep(key: string, fill: (path: string) => Promise<void>): Promise<void>
  /** Removes an archive. One that is not there is no mistake. */
  remove(key: string): Promise<void>
}
