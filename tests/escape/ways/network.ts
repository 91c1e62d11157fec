/** Ways over the network: past the gateway, and through it. */
import { ASK, type Bait, type Way } from '../way.ts'

const direct = (name: string, kind: string, ...to: (string | number)[]): Way => ({
  name,
  attack: `node ${ASK} ${kind} ${to.join(' ')}`,
  refused: /^refused: (connect|send|getaddrinfo|no answer)/m,
})

const tunnel = (name: string, authority: string, refused = /is not a plain host name/): Way => ({
  name,
  attack: `node ${ASK} proxy 'CONNECT ${authority} HTTP/1.1'`,
  refused,
})

const get = (name: string, url: string, refused = /is not a plain host name/): Way => ({
  name,
  attack: `node ${ASK} proxy 'GET ${url} HTTP/1.1'`,
  refused,
})

export const networkWays = (bait: Bait): Way[] => [...pastIt(bait), ...tunnels(bait), ...requests(bait)]

const pastIt = ({ ports, address, api }: Bait) => [
  direct('dials out', 'direct', '1.1.1.1', 443),
  direct('dials out by IPv6', 'direct', '2606:4700:4700::1111', 443),
  direct('dials a service of the machine on loopback', 'direct', '127.0.0.1', ports.loopback),
  direct('dials a service of the machine on its network', 'direct', address, ports.everywhere),
  direct("dials the machine as the engine's gateway", 'direct', '172.17.0.1', ports.everywhere),
  direct("dials the swarm's API for people", 'direct', '127.0.0.1', api),
  direct('dials the metadata service', 'direct', '169.254.169.254', 80),
  direct('sends a datagram to a name server', 'udp', '8.8.8.8', 53),
  direct('carries data out in a name', 'name', 'data-that-leaves.example.com'),
]

const tunnels = ({ ports, address }: Bait) => [
  tunnel('tunnels to loopback', `127.0.0.1:${ports.loopback}`),
  tunnel('tunnels to loopback by name', `localhost:${ports.loopback}`),
  tunnel('tunnels to loopback by IPv6', '[::1]:443'),
  tunnel('tunnels to loopback by mapped IPv6', '[::ffff:127.0.0.1]:443'),
  tunnel('tunnels to an address as one number', '2130706433:443'),
  tunnel('tunnels to an address as a hexadecimal number', '0x7f000001:443'),
  tunnel('tunnels to an address in octal', '0177.0.0.1:443'),
  tunnel('tunnels to a short address', '127.1:443'),
  tunnel('tunnels to the metadata service', '169.254.169.254:443'),
  tunnel('tunnels to a private address', `${address}:443`),
  tunnel(
    'tunnels to a host that nobody allowed',
    'example.com:443',
    /allow_hosts in \.swarm\/config\.json does not list it/,
  ),
  tunnel('tunnels to a sub-domain of an allowed host', 'x.packages.example.org:443', /does not list it/),
  tunnel(
    'tunnels to another port of an allowed host',
    'packages.example.org:22',
    /Port 22 of packages\.example\.org/,
  ),
  tunnel('adds a dot to an allowed host', 'packages.example.org.:443'),
  tunnel('hides another host behind an allowed one', 'packages.example.org@127.0.0.1:443'),
  tunnel(
    'ends a name early',
    'packages.example.org\\u0000.example.com:443',
    /not HTTP|not a plain host name/,
  ),
  tunnel(
    'writes a name in other letters',
    '\\uff50ackages.example.org:443',
    /not HTTP|not a plain host name/,
  ),
]

const requests = ({ ports }: Bait): Way[] => [
  get('fetches from loopback', `http://127.0.0.1:${ports.loopback}/`),
  get('fetches from the metadata service', 'http://169.254.169.254/latest/meta-data/'),
  get(
    'fetches from loopback as if from an allowed host',
    `http://packages.example.org@127.0.0.1:${ports.loopback}/`,
  ),
  get('fetches a file', 'file:///etc/passwd', /refused|403|400|Only http/),
  {
    name: 'sends data out without TLS',
    attack: `node ${ASK} proxy 'POST http://packages.example.org/ HTTP/1.1' 'Content-Length: 0'`,
    refused: /Without TLS, sandboxes can only send GET and HEAD/,
  },
  {
    name: 'sends data out in the body of a GET',
    attack: `node ${ASK} proxy 'GET http://packages.example.org/ HTTP/1.1' 'Content-Length: 4'`,
    refused: /Sandboxes cannot send a GET with a body/,
  },
  {
    name: 'is led to the metadata service',
    attack: `node ${ASK} redirect`,
    refused: /is not a plain host name/,
  },
  {
    name: 'opens a web socket',
    attack: `node ${ASK} own 'GET /agent HTTP/1.1' 'Upgrade: websocket' 'Connection: Upgrade'`,
    refused: /No protocol but HTTP|Nothing is here/,
  },
  {
    name: 'uses the proxy without a token',
    attack: `node ${ASK} bare 'CONNECT packages.example.org:443 HTTP/1.1'`,
    refused: /this is not its token/,
  },
  {
    name: 'asks for a model that it was not given',
    attack: `node ${ASK} own 'POST /model/v1/messages HTTP/1.1' 'Content-Length: 0'`,
    refused: /HTTP\/1\.1 [45]\d\d[\s\S]*\w+ \w+/,
  },
]
