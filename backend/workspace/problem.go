package workspace

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"tradepost/backend/fault"
)

// explain turns an operating system's error into words and a remedy. doing is a gerund for the log, path what was
// touched.
func explain(err error, doing, path string) error {
	cause := fmt.Errorf("%s: %w", doing, err)
	switch {
	case isFull(err):
		return fault.Wrap(cause, fault.Full, "The disk that holds "+quoted(path)+" is full.",
			"Free some space on it and try again. Nothing was lost.")
	case isReadOnly(err) || errors.Is(err, fs.ErrPermission):
		return fault.Wrap(cause, fault.Permission, "Tradepost may not write to "+quoted(path)+".",
			"Give your user the right to write there, or name another folder with --data.").InField("data")
	case errors.Is(err, fs.ErrNotExist):
		return fault.Wrap(cause, fault.NotFound, "The folder "+quoted(filepath.Dir(path))+" does not exist.",
			"Make that folder first, plug in the drive that holds it, or name another with --data.").InField("data")
	case isNotFolder(err):
		return fault.Wrap(cause, fault.Invalid, "A part of "+quoted(path)+" is a file, not a folder.",
			"Name another folder with --data.").InField("data")
	case isBadName(err):
		return fault.Wrap(cause, fault.Invalid, quoted(path)+" cannot be the name of a folder on this disk.",
			"Choose a shorter name without unusual characters, with --data.").InField("data")
	case isUnlockable(err):
		return fault.Wrap(cause, fault.Invalid, "The disk that holds "+quoted(path)+" cannot lock files.",
			"Keep the workspace on a disk of this computer, not on a network share.").InField("data")
	}
	return fault.Wrap(cause, fault.Unavailable, "The workspace "+quoted(path)+" could not be used.",
		"Look whether the disk is there and well, then try again.")
}

// quoted sets path in quotes without escaping anything, so that it can be copied as it is.
func quoted(path string) string { return `"` + path + `"` }
