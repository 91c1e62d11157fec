/** The terminal that a command runs in, and the person at it. */

/** Where a command writes. */
export interface Output {
  write(text: string): void
  writeError(text: string): void
  /** Whether a person reads the output as it comes. */
  isTty: boolean
  hasColor: boolean
  columns: number
  /** Takes the whole screen, and every key that is pressed; also told of each new size, as the key `resize`. */
  takeScreen(onKey: (key: string) => void): Screen
}

/** The person, who answers in the terminal. */
export interface Person {
  /** Whether a person can be asked something. */
  canAsk: boolean
  /** False also when they give up. */
  confirm(question: string): Promise<boolean>
  /** One of the choices, by its key or by arrows; null when they give up. */
  choose<K extends string>(question: string, choices: readonly Choice<K>[]): Promise<K | null>
  /** What they type in; null when they give up. */
  ask(question: string): Promise<string | null>
  /** The same, but not shown. */
  askSecret(question: string): Promise<string | null>
  /** The text as they leave it in their editor, in a file of this name; null when the editor failed. */
  edit(text: string, name: string): Promise<string | null>
}

export interface Terminal extends Output, Person {}

export interface Screen {
  /** In the place of what was drawn before; what does not fit is cut. */
  draw(lines: string[]): void
  /** Gives the screen back as it was. */
  close(): void
}

export interface Choice<K extends string = string> {
  /** One letter. */
  key: K
  label: string
}
