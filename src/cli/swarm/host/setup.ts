/** Setup of a project: what `init` would do, the interview, and what comes of both. */

/** Sets a folder up. */
export interface Setup {
  /** Plans `init` for a folder, and gives the means to carry the plan out. */
  planInit(folder: string): Promise<{
    plan: InitPlan
    interviewer: Interviewer
    /** Carries the plan out. Files that were approved after an interview replace those of the plan. */
    carryOut(files: readonly ChosenFile[]): Promise<void>
  }>
}

/** Sets a project up further, that there is already. */
export interface Revision {
  interviewer(): Promise<Interviewer>
  /** Commits files on the branch, as the swarm's new beginning; false when something has landed, and nothing is done. */
  amend(files: readonly ChosenFile[]): Promise<boolean>
}

/** Plan of `init`: what it found, and what it would add. */
export interface InitPlan {
  root: string
  branch: string
  /** The commit that the swarm begins at, but for what is added; null before the first one. */
  commit: string | null
  subject: string | null
  isNewRepository: boolean
  /**
   * Null the first time; else what is missing of what the first time made, and how many commits of the person the
   * swarm can still begin at, since nothing has landed.
   */
  initialised: { missing: string[]; ahead: number } | null
  /** Paths that are not committed, so agents will not see them. */
  notTaken: string[]
  /** Kept out of the first commit though git does not ignore it. */
  leftOut: string[]
  /** Number of files of the folder that the first commit takes; null when there is a commit already. */
  firstCommit: number | null
  /** Files that go onto the branch; `theirs` are in the folder already. */
  adds: { path: string; text: string; theirs: boolean }[]
  stacks: string[]
  /** Notes for the person, in sentences. */
  notes: string[]
}

/** File that the person has approved, with its text. */
export interface ChosenFile {
  path: string
  text: string
}

/** Interviewer of the person about the project. */
export interface Interviewer {
  /** Reason why no interview can be held now, in a sentence; null when one can. */
  missing: string | null
  /** Holds it in this terminal, in a copy of the project; null when the person ended it early. */
  hold(): Promise<Interviewed | null>
}

/** Proposals of an interview; none of them is carried out yet. */
export interface Interviewed {
  files: (ChosenFile & { before: string | null })[]
  tickets: ProposedTicket[]
}

/** Ticket that an interview proposes. */
export interface ProposedTicket {
  title: string
  description: string
  /** Places in the list, from 1, of what must be done before. */
  after: number[]
}
