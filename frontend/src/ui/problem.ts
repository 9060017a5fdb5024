/** Takes the user's words out of any failure: an ApiError, a Problem of a file row, or a program error. */
export function wordsOf(error: unknown, otherwise: string): { message: string; remedy: string } {
  if (typeof error !== 'object' || error === null) return { message: otherwise, remedy: '' };
  const carried = (error as { problem?: unknown }).problem ?? error;
  const { detail, message, remedy } = carried as { detail?: string; message?: string; remedy?: string };
  return { message: detail || message || otherwise, remedy: remedy ?? '' };
}
