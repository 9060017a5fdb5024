const separators = /[\\/]+$/;

/** The folder as people call it: the last part of its path. */
export const folderName = (path: string): string => path.replace(separators, '').split(/[\\/]/).pop() || path;

/** Where the folder is: the path before its last part. */
export function parentFolder(path: string): string {
  const whole = path.replace(separators, '');
  return whole.slice(0, whole.length - folderName(whole).length).replace(separators, '');
}
