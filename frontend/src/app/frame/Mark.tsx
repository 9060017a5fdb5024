/** The sign of Tradepost: a post with two boards, pointing both ways. */
export function Mark() {
  return (
    <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
      <rect width="20" height="20" rx="5" fill="var(--tp-accent-fill)" />
      <path d="M9.25 3.5h1.5v13h-1.5z" fill="#fff" />
      <path d="M5 5h8.2l2 1.75-2 1.75H5z" fill="#fff" />
      <path d="M15 9.8H8.6l-2 1.75 2 1.75H15z" fill="#fff" opacity=".78" />
    </svg>
  );
}
