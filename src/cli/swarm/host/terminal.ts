/** The terminal that a command runs in, and the person at it. */

/** Output of a command. */
export interface Output {
  write(text: string): void
  writeError(text: string): void
  /** True when a person reads the output as it comes. */
  isTty: boolean
  hasColor: boolean
  columns: number
  /** Takes the whole screen, and every key that is pressed; also told of each new size, as the key `resize`. */
  takeScreen(onKey: (key: string) => void): Screen
}

/** The person, who answers in the terminal. */
export interface Person {
  /** True when a person can be asked something. */
  canAsk: boolean
  /** False also when they give up. */
  confirm(question: string): Promise<boolean>
  /** One of the choices, by its key or by arrows; null when they give up. */
  choose<K extends string>(question: string, choices: readonly Choice<K>[]): Promise<K | null>
  /** Asks for a line of text; null when the person gives up. */
  ask(question: string): Promise<string | null>
  /** Asks for a line of text without showing it; null when the person gives up. */
  askSecret(question: string): Promise<string | null>
  /** The text as they leave it in their editor, in a file of this name; null when the editor failed. */
  edit(text: string, name: string): Promise<string | null>
}

/** Terminal: the output of a command, and the person who reads it. */
export interface Terminal extends Output, Person {}

/** Whole screen of the terminal, until it is closed. */
export interface Screen {
  /** Draws lines in the place of what was drawn before. It cuts what does not fit. */
  draw(lines: string[]): void
  /** Gives the screen back as it was. */
  close(): void
}

/** Choice that a person may make, with the key for it. */
export interface Choice<K extends string = string> {
  /** One letter. */
  key: K
  label: string
}
