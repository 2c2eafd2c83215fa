// What comes in on a socket, for as long as it is open.
//
// On a busy machine sockets on Node 24 (libuv 1.52, zeromq 6.8) were seen that were never told of a message that had come,
// and so waited for ever. A receive with a time-out looks by itself: such a message is late and not lost.
import type { Dealer, Reply, Router, Subscriber } from "zeromq";

/** For the options of a socket: how long it waits before it looks again (ms). */
export const lookAgain = { receiveTimeout: 250 } as const;

export async function* incoming(socket: Dealer | Reply | Router | Subscriber): AsyncGenerator<Buffer[]> {
  while (!socket.closed) {
    let frames: Buffer[];
    try {
      frames = await socket.receive();
    } catch (error) {
      // Also what a socket says that is closed as it waits.
      if ((error as NodeJS.ErrnoException).code === "EAGAIN") continue;
      throw error;
    }
    yield frames;
  }
}
