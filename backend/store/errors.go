package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"github.com/mattn/go-sqlite3"

	"tradepost/backend/fault"
)

// classify turns SQLite's and the system's errors into words where a person can act on them; other errors are wrapped
// with what was being done.
func classify(doing string, err error) error {
	var coded *fault.Error
	if err == nil || errors.As(err, &coded) || errors.Is(err, context.Canceled) {
		return err
	}
	wrapped := fmt.Errorf("%s: %w", doing, err)
	if trouble, ok := errors.AsType[sqlite3.Error](err); ok {
		return ofSQLite(trouble, wrapped)
	}
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return fault.Wrap(wrapped, fault.NotFound, "There is no such record.", "It may have been removed; go back to the list.")
	case errors.Is(err, syscall.ENOSPC):
		return full(wrapped)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return readOnly(wrapped)
	}
	return wrapped
}

func ofSQLite(trouble sqlite3.Error, wrapped error) error {
	switch trouble.Code {
	case sqlite3.ErrFull:
		return full(wrapped)
	case sqlite3.ErrReadonly, sqlite3.ErrPerm, sqlite3.ErrCantOpen:
		return readOnly(wrapped)
	case sqlite3.ErrCorrupt, sqlite3.ErrNotADB:
		return fault.Wrap(wrapped, fault.Internal, "The database file is damaged.",
			"Close Tradepost and restore the newest backup: tradepost restore FILE. The backups folder is in the workspace.")
	case sqlite3.ErrIoErr:
		return fault.Wrap(wrapped, fault.Unavailable, "The disk did not take the data.",
			"Check that the disk is connected and healthy, then try again. Nothing that was confirmed is lost.")
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return fault.Wrap(wrapped, fault.Unavailable, "Another program holds the database file.",
			"Close other programs that have the file open, then try again.")
	case sqlite3.ErrConstraint:
		return fault.Wrap(wrapped, fault.Conflict, "That name or number is taken already.", "Choose another, or open the record that has it.")
	}
	return wrapped
}

func full(cause error) error {
	return fault.Wrap(cause, fault.Full, "The disk is full: nothing more can be saved.",
		"Free some space, then try again. Nothing that was confirmed is lost.")
}

func readOnly(cause error) error {
	return fault.Wrap(cause, fault.Full, "The workspace folder cannot be written.",
		"Allow writing to the folder (and everything in it), or open another one with --data.")
}
