//go:build !windows

package workspace

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"tradepost/backend/fault"
)

// longestSocket keeps below sun_path: 108 bytes on Linux, 104 on macOS and the BSDs (unix(7), unix(4)).
const longestSocket = 100

// listen makes the socket in the workspace, or in a private folder when the path is too long for a socket or the disk
// cannot hold one (FAT, some network shares).
func listen(dir *Dir) (net.Listener, error) {
	if len(dir.socket()) <= longestSocket {
		listener, err := listenAt(dir.socket())
		if err == nil || !cannotHoldSocket(err) {
			return listener, err
		}
	}
	path, err := privateSocket(dir)
	if err != nil {
		return nil, err
	}
	return listenAt(path)
}

// listenAt makes the socket at path; the caller holds the lock, so whatever socket lies there is a dead owner's.
func listenAt(path string) (net.Listener, error) {
	if err := removeStale(path); err != nil {
		return nil, err
	}
	listener, err := net.Listen("unix", path)
	if err != nil {
		return nil, explain(err, "making the private socket", path)
	}
	if err := os.Chmod(path, fileMode); err != nil {
		_ = listener.Close() // the error that matters is the one about the mode
		return nil, explain(err, "making the socket private", path)
	}
	return listener, nil
}

func removeStale(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return explain(err, "looking for an old socket", path)
	}
	if info.Mode().Type() != fs.ModeSocket {
		return fault.New(fault.Invalid, quoted(path)+" is in the way: it is not a socket.", "Move it away and try again.")
	}
	if err := os.Remove(path); err != nil {
		return explain(err, "removing an old socket", path)
	}
	return nil
}

func cannotHoldSocket(err error) bool {
	return errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOTSUP) || errors.Is(err, syscall.ENOSYS) ||
		errors.Is(err, syscall.EINVAL)
}

// privateSocket names a socket outside of the workspace, after a hash of the workspace's path.
func privateSocket(dir *Dir) (string, error) {
	folder, err := privateFolder()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(dir.path))
	path := filepath.Join(folder, hex.EncodeToString(sum[:8])+".sock")
	if len(path) > longestSocket {
		return "", fault.New(fault.Invalid, "No folder was found whose path is short enough for a socket.",
			"Set TMPDIR to a folder with a short path, or name a shorter folder with --data.").InField("data")
	}
	return path, nil
}

// privateFolder is $XDG_RUNTIME_DIR/tradepost, or tradepost-UID among the temporary files where there is no such
// directory (the variable outlives it in containers and under su).
func privateFolder() (string, error) {
	if runtimeDir := os.Getenv("XDG_RUNTIME_DIR"); runtimeDir != "" {
		folder := filepath.Join(runtimeDir, "tradepost")
		if ownFolder(folder) == nil {
			return folder, nil
		}
	}
	folder := filepath.Join(os.TempDir(), "tradepost-"+strconv.Itoa(os.Getuid()))
	return folder, ownFolder(folder)
}

// ownFolder makes folder or takes it as it is. Anybody may make folders among the temporary files, so it counts only if
// it is a real folder, belongs to us, and nobody else may enter.
func ownFolder(folder string) error {
	if err := os.Mkdir(folder, folderMode); err != nil && !errors.Is(err, fs.ErrExist) {
		return explain(err, "making a private folder", folder)
	}
	info, err := os.Lstat(folder)
	if err != nil {
		return explain(err, "looking at the private folder", folder)
	}
	if !isOurs(info) {
		return fault.Wrap(fmt.Errorf("checking %s: mode %s", folder, info.Mode()), fault.Permission,
			quoted(folder)+" can be entered by other users.", "Remove that folder and try again.")
	}
	return nil
}

func isOurs(info fs.FileInfo) bool {
	system, known := info.Sys().(*syscall.Stat_t)
	return known && info.IsDir() && int(system.Uid) == os.Getuid() && info.Mode().Perm()&0o077 == 0
}
