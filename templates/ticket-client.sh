#!/bin/sh
# ticket, as it is in a sandbox: sends the command to the swarm and prints its answer.
# Sent: the number of arguments, each argument ended by a NUL, then the input when an argument is `-`.
# Answered: a line `EXIT LINES`, that many lines for stderr, then stdout.

if [ -z "$SWARM_API" ] || [ -z "$SWARM_TOKEN" ]; then
  echo "SWARM_API and SWARM_TOKEN are not set: this 'ticket' works only in a sandbox of swarm." >&2
  exit 1
fi

call() {
  printf '%s\n' "$#"
  [ "$#" -eq 0 ] || printf '%s\0' "$@"
  for each in "$@"; do
    if [ "$each" = - ]; then
      cat
      return
    fi
  done
}

# The token goes in by a file descriptor: the arguments of a program can be seen by others.
by_curl() {
  curl -q --silent --noproxy '*' --connect-timeout 5 --max-time 120 --config /dev/fd/3 \
    --header 'Content-Type: application/octet-stream' --header 'Expect:' \
    --data-binary @- "$SWARM_API/ticket" 3<<END
header = "Authorization: Bearer $SWARM_TOKEN"
END
}

by_node() {
  node -e '
    const { request } = require("node:http")
    const fail = () => process.exit(1)
    const headers = {
      authorization: `Bearer ${process.env.SWARM_TOKEN}`,
      "content-type": "application/octet-stream",
    }
    const sent = request(`${process.env.SWARM_API}/ticket`, { method: "POST", headers, timeout: 120000 })
    sent.on("response", (answer) => answer.on("error", fail).pipe(process.stdout))
    sent.on("timeout", fail).on("error", fail)
    process.stdin.pipe(sent)
  '
}

print_answer() {
  read -r code lines
  case "$code$lines" in
    '' | *[!0-9]*)
      echo "The swarm cannot be reached at $SWARM_API; try again in a moment." >&2
      exit 1
      ;;
  esac
  while [ "$lines" -gt 0 ]; do
    IFS= read -r line
    printf '%s\n' "$line" >&2
    lines=$((lines - 1))
  done
  cat
  exit "$code"
}

if command -v curl >/dev/null 2>&1; then
  call "$@" | by_curl | print_answer
elif command -v node >/dev/null 2>&1; then
  # Node makes what it is given as stderr non-blocking, for us as well: lines would be lost.
  call "$@" | by_node 2>/dev/null | print_answer
else
  echo "'ticket' needs curl or node in the sandbox, to reach the swarm." >&2
  exit 1
fi
