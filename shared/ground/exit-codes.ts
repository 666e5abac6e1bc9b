/** It did not end well; the same command again may. */
export const EXIT_AGAIN = 1;
/** Flags, settings, mapping, board or data have to be corrected first: the same command again will end the same way. */
export const EXIT_FIX = 2;
