// Runs in a sandbox that has no network: what connects to 127.0.0.1:PORT is connected to the gateway's socket.
// node forward.cjs PORT SOCKET [attached]: attached, it ends with its input, and so with whoever started it.
const { connect, createServer } = require('node:net')
const { basename, dirname } = require('node:path')

const [port, socket, attached] = process.argv.slice(2)
// The whole path may be longer than one that can be connected to.
process.chdir(dirname(socket))

const server = createServer({ allowHalfOpen: true }, (inside) => {
  const outside = connect({ path: basename(socket), allowHalfOpen: true })
  // One side that breaks breaks the other: half a connection would be waited on for ever.
  inside.on('error', () => outside.destroy())
  outside.on('error', () => inside.destroy())
  inside.on('close', () => outside.destroy())
  outside.on('close', () => inside.destroy())
  inside.setNoDelay(true)
  inside.pipe(outside).pipe(inside)
})
server.listen(Number(port), '127.0.0.1', () => console.log('listens'))
if (attached) process.stdin.on('end', () => process.exit()).resume()
