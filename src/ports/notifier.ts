/** Tells a person, outside of the dashboard. Never blocks the swarm. */
export interface Notifier {
  name: string
  tell(message: { sentence: string; ticket: number | null }): Promise<void>
}
