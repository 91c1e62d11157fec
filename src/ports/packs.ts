/** Gives objects of the source to sandboxes that cannot see it, as packs: files in git's own format. */
export interface Packs {
  /** Makes packs of everything that `want` reaches and `have` does not. Throws Trouble for an unknown commit. */
  pack(commits: { want: string[]; have: string[] }): Promise<Packed>
  /** The commit that a ref points at. */
  tip(ref: string): Promise<string>
}

/** Packs on the host, until released. */
export interface Packed {
  /** Paths on the host: `pack-….pack`, each with its `.idx`. */
  files: string[]
  /** Gives the files up: they may be removed from now on. */
  release(): Promise<void>
}
