/** One way out that a hostile agent tries: a shell command in its sandbox, and what it must be told. */
export interface Way {
  name: string
  /** Run by `sh -c` in the checkout. */
  attack: string
  /** What stands in the transcript when it was refused. */
  refused: RegExp
}

/** What of this machine is set up to be found, reached or written; nothing of it may be. */
export interface Bait {
  /** A person's home with keys in it. */
  home: string
  /** Whatever appears in this folder was written from a sandbox. */
  touched: string
  /** The project of the swarm, with its `.swarm`. */
  project: string
  /** Services that count who reaches them: on loopback, and on every address. */
  ports: { loopback: number; everywhere: number }
  /** An address of this machine that others reach it by. */
  address: string
  /** The number of a process on this machine. */
  pid: number
  /** The swarm's own API, for people. */
  api: number
  /** Tickets by what they are there for. */
  tickets: Record<'neighbour' | 'proposal' | 'question' | 'verify', number>
}

/** What a poisoned package holds: it may be found in no sandbox but the poisoner's, and in no archive. */
export const POISON = 'poisoned-by-an-agent'

/** Into each package that its sandbox was given; says how many those were. */
export const POISONING = `find "$HOME/.npm/_cacache" -type f | while read -r each; do echo ${POISON} > "$each"; echo "poisoned a file of its own"; done`

/** Put into the home of each sandbox: the ways that need more than a shell. */
export const ASK = '/swarm/home/ask.cjs'

/**
 * `direct HOST PORT`, `udp HOST PORT`, `unix PATH`, `name HOST`: by the sandbox's own network.
 * `proxy REQUEST-LINE [HEADER…]`: to the gateway's proxy with the attempt's token; `bare` without one.
 * `own METHOD PATH`: to the gateway itself, with the token. `redirect`: follows one that leads to the metadata service.
 */
export const ASK_PROGRAM = `
const net = require('node:net')
const [kind, ...rest] = process.argv.slice(2)
const token = process.env.SWARM_TOKEN
const gateway = { host: '127.0.0.1', port: 8099 }
const say = (text) => console.log(String(text).slice(0, 2000))
const unescaped = (text) => JSON.parse('"' + text.replaceAll('"', '\\\\"') + '"')
function dial(to) {
  const socket = net.connect(to, () => { say('LEAKED: connected'); socket.end() })
  socket.on('error', (error) => say('refused: ' + error.message)).setTimeout(8000, () => { say('refused: no answer'); socket.destroy() })
}
function raw(line, headers) {
  const socket = net.connect(gateway, () => socket.write(Buffer.from([unescaped(line), 'Host: x', ...headers, '', ''].join('\\r\\n'), 'utf8')))
  socket.on('data', (data) => say(data)).on('error', (error) => say('refused: ' + error.message)).setTimeout(8000, () => socket.destroy())
}
const basic = 'Basic ' + Buffer.from('swarm:' + token).toString('base64')
const kinds = {
  direct: ([host, port]) => dial({ host, port: Number(port) }),
  unix: ([path]) => dial({ path }),
  udp: ([host, port]) => {
    const socket = require('node:dgram').createSocket('udp4').on('error', (error) => { say('refused: ' + error.message); socket.close() })
    socket.send('x', Number(port), host, (error) => { say(error ? 'refused: ' + error.message : 'LEAKED: sent'); socket.close() })
  },
  name: ([host]) => require('node:dns').lookup(host, (error, address) => say(error ? 'refused: ' + error.message : 'LEAKED: ' + address)),
  proxy: ([line, ...headers]) => raw(line, ['Proxy-Authorization: ' + basic, ...headers]),
  bare: ([line, ...headers]) => raw(line, headers),
  own: ([line, ...headers]) => raw(line, ['Authorization: Bearer ' + token, 'Connection: close', ...headers]),
  redirect: () => {
    const server = require('node:http').createServer((_, answer) => answer.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' }).end())
    server.listen(0, '127.0.0.1', async () => {
      const { headers } = await fetch('http://127.0.0.1:' + server.address().port, { redirect: 'manual' })
      server.close()
      raw('GET ' + headers.get('location') + ' HTTP/1.1', ['Proxy-Authorization: ' + basic])
    })
  },
}
kinds[kind](rest)
`
