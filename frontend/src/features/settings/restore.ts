/** A word as a shell takes it: quoted where it holds anything but plain characters. */
const quoted = (word: string): string => (/^[\w@%+=:,./\\-]+$/.test(word) ? word : `"${word}"`);

/** The command that puts a backup back into the workspace. */
export const restoreCommand = (workspace: string, backup: string): string =>
  [
    'tradepost',
    ...(workspace ? ['--data', quoted(workspace)] : []),
    'restore',
    quoted(inBackups(workspace, backup)),
  ].join(' ');

/** Backups lie in the workspace's own folder; the separator is the one its path uses. */
function inBackups(workspace: string, backup: string): string {
  if (!workspace || /[\\/]/.test(backup)) return backup;
  const slash = workspace.includes('\\') ? '\\' : '/';
  return [workspace.replace(/[\\/]+$/, ''), 'backups', backup].join(slash);
}
