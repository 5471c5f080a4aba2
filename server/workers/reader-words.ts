/** Tells a reading thread to close its files and end, once it has answered what was asked before. */
export const READER_CLOSE = "close";

/** A reading thread says so once it can answer. */
export const READER_READY = "ready";
