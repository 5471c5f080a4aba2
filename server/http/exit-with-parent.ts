/**
 * Loaded first in the web process. Descriptor 3 is a pipe whose other end only the core process holds: when core is
 * gone, however it went, the pipe ends, and this process with it.
 */
import { Socket } from "node:net";

const PARENT_PIPE = 3;

// `next dev` forks children with the same flags: their descriptor 3 is its own channel, and they end with it.
if (process.channel === undefined) {
  const pipe = new Socket({ fd: PARENT_PIPE, readable: true, writable: false });
  pipe.on("close", () => process.exit(0));
  pipe.on("error", () => process.exit(0));
  pipe.resume();
  pipe.unref();
}
