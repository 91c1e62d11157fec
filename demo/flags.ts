/** What the programs beside swarm itself (demo, simulator, chaos, escape) are asked on the command line, and how they are called off. */
import { type ParseArgsConfig, parseArgs } from 'node:util'

type Options = NonNullable<ParseArgsConfig['options']>

/** The flags as they were given; one that is not there ends the program with a sentence. */
export function readFlags<O extends Options>(options: O) {
  try {
    return parseArgs({ options }).values
  } catch (error) {
    return refuse(`${(error as Error).message.split('. ')[0]}. See --help.`)
  }
}

/** A whole number of at least `least`; anything else ends the program with a sentence. */
export function wholeNumber(flag: string, value: string, least = 1): number {
  if (/^\d{1,9}$/.test(value) && Number(value) >= least) return Number(value)
  return refuse(`--${flag} must be a whole number from ${least} on, not "${value}".`)
}

/** One of `values`; anything else ends the program with a sentence. */
export function oneOf(flag: string, value: string, values: string[]): string {
  if (values.includes(value)) return value
  return refuse(`--${flag} must be one of ${values.join(', ')}, not "${value}".`)
}

/** Exit 2: it was asked for something that cannot be. */
export function refuse(sentence: string): never {
  console.error(sentence)
  process.exit(2)
}

/** On Ctrl-C and SIGTERM `end` tidies up once, however often it is told; then the program ends with exit 130. */
export function whenCalledOff(end: () => Promise<void> | void): void {
  let isOver = false
  const stop = async () => {
    if (isOver) return
    isOver = true
    await end()
    console.error('Stopped.')
    process.exit(130)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}
