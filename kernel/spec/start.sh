#!/bin/sh
# Starts the kernel: start.sh NODE CONNECTION_FILE [--debug[=FILE]]
# From the start-up snapshot when there is one that this Node on this processor can read, and plainly when not: Node
# refuses to start from any other. A shell finds that out in 3 ms; a Node that starts another Node needs 50.
# `start.sh --machine NODE` prints what a snapshot depends on; node/start-up/build.ts notes it beside the snapshot.

# V8's options for the snapshot, as in node/start-up/language.ts: Node refuses a snapshot that was made with others.
options="--no-rehash-snapshot --min-semi-space-size=16"

machine() {
  echo "$options"
  LC_ALL=C ls -lLn "$1" | { read -r _ _ _ _ size _; echo "$1 $size"; }
  [ -r /proc/cpuinfo ] && sed -n '/^model name/{p;q;}' /proc/cpuinfo
}

if [ "$1" = "--machine" ]; then
  machine "$2"
  exit 0
fi

node=$1
shift
package=${0%/kernel/spec/start.sh}
blob=$package/dist/start-up/kernel.blob
noted=$package/dist/start-up/machine
packed=$package/dist/kernel/packed/main.js
# A checkout whose sources were compiled after they were packed.
compiled=$package/dist/.tsbuildinfo

if [ "$blob" -nt "$node" ] && [ -r "$packed" ] && [ ! "$compiled" -nt "$packed" ] && [ -r "$noted" ] &&
  [ "$(cat "$noted")" = "$(machine "$node")" ]; then
  # Large blocks of memory in large pages: a third of the time that the snapshot takes went into small ones. glibc alone
  # knows the variable; node/main.ts takes it away from what cells start.
  [ -z "$GLIBC_TUNABLES" ] && export GLIBC_TUNABLES=glibc.malloc.hugetlb=1
  exec "$node" $options --snapshot-blob "$blob" "$packed" "$@"
fi
exec "$node" "$package/dist/kernel/node/main.js" "$@"
