/** How a project is set up: what `init` would do, the interview, and what comes of both. */

/** Sets a folder up. */
export interface Setup {
  /** What `init` would do, and how to do it. */
  planInit(folder: string): Promise<{
    plan: InitPlan
    interviewer: Interviewer
    /** With files that were approved after an interview, in the place of what the plan says. */
    carryOut(files: readonly ChosenFile[]): Promise<void>
  }>
}

/** Sets a project up further, that there is already. */
export interface Revision {
  interviewer(): Promise<Interviewer>
  /** Commits files on the branch, as the swarm's new beginning; false when something has landed, and nothing is done. */
  amend(files: readonly ChosenFile[]): Promise<boolean>
}

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
  /** Not committed, so agents will not see it. */
  notTaken: string[]
  /** Kept out of the first commit though git does not ignore it. */
  leftOut: string[]
  /** How many files of the folder the first commit takes; null when there is a commit already. */
  firstCommit: number | null
  /** Files that go onto the branch; `theirs` are in the folder already. */
  adds: { path: string; text: string; theirs: boolean }[]
  stacks: string[]
  /** What else the person should know, in sentences. */
  notes: string[]
}

export interface ChosenFile {
  path: string
  text: string
}

export interface Interviewer {
  /** Why no interview can be held now, in a sentence; null when one can. */
  missing: string | null
  /** Holds it in this terminal, in a copy of the project; null when the person ended it early. */
  hold(): Promise<Interviewed | null>
}

/** What an interview proposes; nothing of it is done yet. */
export interface Interviewed {
  files: (ChosenFile & { before: string | null })[]
  tickets: ProposedTicket[]
}

export interface ProposedTicket {
  title: string
  description: string
  /** Places in the list, from 1, of what must be done before. */
  after: number[]
}
