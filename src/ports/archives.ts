/**
 * Archives on the host, each under a key of its inputs. Their number is limited: the least recently used goes first.
 */
export interface Archives {
  /** Finds a whole archive and gives its path; null when there is none. */
  find(key: string): Promise<string | null>
  /** Saves the file that `fill` writes to the path it is given, once it is whole. A saved archive never changes. */
  keep(key: string, fill: (path: string) => Promise<void>): Promise<void>
  /** Removes an archive, if it exists. */
  remove(key: string): Promise<void>
}
