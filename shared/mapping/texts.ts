/** Without line breaks, control characters, runs of white space, and space at either end. */
export function trimAndClean(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

/** Whether a text has more than `most` characters, a surrogate pair being one. */
export function isLonger(text: string, most: number): boolean {
  return text.length > most && [...text].length > most;
}

/** The first `most` characters; the last of them is an ellipsis when something was cut off. */
export function cutText(text: string, most: number): string {
  return isLonger(text, most) ? `${[...text].slice(0, most - 1).join('')}…` : text;
}
