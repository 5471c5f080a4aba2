/**
 * Loaded first in the web process. Descriptor 3 is a pipe whose other end only the core process holds: when core is
 * gone, however it went, the pipe ends, and this process with it.
 */
import { fstatSync } from "node:fs";
import { Socket } from "node:net";

const PARENT_PIPE = 3;

/** `next dev` starts children with the same flags but without the pipe; they end with their own parent. */
function hasParentPipe(): boolean {
  try {
    const kind = fstatSync(PARENT_PIPE);
    return kind.isFIFO() || kind.isSocket();
  } catch {
    return false;
  }
}

if (hasParentPipe()) {
  const pipe = new Socket({ fd: PARENT_PIPE, readable: true, writable: false });
  pipe.on("close", () => process.exit(0));
  pipe.on("error", () => process.exit(0));
  pipe.resume();
  pipe.unref();
}
