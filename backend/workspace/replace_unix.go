//go:build !windows

package workspace

import "os"

// replace renames from over to; rename(2) does it in one step whoever reads meanwhile.
func replace(from, to string) error { return os.Rename(from, to) }
