/** The ref that remembers where the swarm began: what lies before it was never its to verify. */
export const START = 'refs/swarm/start'
