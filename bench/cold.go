package main

import (
	"database/sql"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// forget drops a workspace's files from the system's cache, and says how.
func forget(dir string) string {
	unix.Sync()
	if os.WriteFile("/proc/sys/vm/drop_caches", []byte("1"), 0) == nil {
		return "all caches dropped"
	}
	for _, name := range []string{"tradepost.db", "tradepost.db-wal", "search.db", "search.db-wal"} {
		file, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			continue
		}
		_ = unix.Fadvise(int(file.Fd()), 0, 0, unix.FADV_DONTNEED)
		_ = file.Close()
	}
	return "its files dropped from the cache"
}

// longLog leaves the workspace as a program that was killed leaves it, with a log of about so many bytes: rows are changed
// and changed back, the log is copied aside while the database is open, and put back after it was closed.
func longLog(dir string, size int64) error {
	path := filepath.Join(dir, "tradepost.db")
	db, err := sql.Open("sqlite3", "file:"+path+"?_journal_mode=WAL&_synchronous=OFF")
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("PRAGMA wal_autocheckpoint = 0"); err != nil {
		return err
	}
	wal := path + "-wal"
	for length, by := int64(0), 1; length < size || by < 0; by = -by {
		if _, err := db.Exec("UPDATE message SET seq = seq + ? WHERE id <= 100000", by); err != nil {
			return err
		}
		info, err := os.Stat(wal)
		if err != nil {
			return err
		}
		length = info.Size()
	}
	if err := copyTo(wal, wal+".aside"); err != nil {
		return err
	}
	if err := db.Close(); err != nil {
		return err
	}
	return os.Rename(wal+".aside", wal)
}

func copyTo(from, to string) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := os.Create(to)
	if err != nil {
		return err
	}
	if _, err := io.Copy(target, source); err != nil {
		return err
	}
	return target.Close()
}
