/** How the repository's objects get into sandboxes that cannot see it. */
/** Gives objects of the source to sandboxes that cannot see it, as packs: files of git's own form. */
export interface Packs {
  /** Holds everything that `want` reaches and `have` does not. Refuses (Trouble) a commit that is not there. */
  pack(commits: { want: string[]; have: string[] }): Promise<Packed>
  /** The commit that a ref points at. */
  tip(ref: string): Promise<string>
}

export interface Packed {
  /** Paths on the host: `pack-….pack`, each with its `.idx`. */
  files: string[]
  /** They are not needed any more. */
  release(): Promise<void>
}
