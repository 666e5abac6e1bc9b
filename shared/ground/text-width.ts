/** The width of a text without emoji, wide letters or colours: all that the help of a task holds. */
export default (text: string): number => text.length;
