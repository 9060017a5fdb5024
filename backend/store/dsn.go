package store

import (
	"net/url"
	"path/filepath"
	"runtime"
	"strings"
)

// dsn names a database file for mattn/go-sqlite3. It goes through url.URL because a '?', '#' or '%' in a folder name
// would otherwise silently open another file.
func dsn(path string, options map[string]string) string {
	query := url.Values{}
	for name, value := range options {
		query.Set(name, value)
	}
	if absolute, err := filepath.Abs(path); err == nil {
		path = absolute // a relative path would read as the name of a host
	}
	slashed := filepath.ToSlash(path)
	if runtime.GOOS == "windows" && !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed
	}
	address := url.URL{Scheme: "file", Path: slashed, RawQuery: query.Encode()}
	return address.String()
}

// How much of the database each connection keeps in memory, in KiB with SQLite's minus. Together they bound what the
// store needs, however large the workspace: one writer, four readers. What they miss, the system mostly has. A reader
// starts afresh after every commit, so that more would help it little.
const (
	writerCache = "-16384"
	readerCache = "-8192"
)

// writerDSN asks for WAL with synchronous FULL: mattn's default under WAL is NORMAL, which loses acknowledged commits on
// power loss. BEGIN IMMEDIATE is issued by the writer itself. SQLite need not guard the connection by a mutex of its own:
// one goroutine uses it.
func writerDSN(path string) string {
	return dsn(path, map[string]string{
		"_journal_mode": "WAL", "_synchronous": "FULL", "_busy_timeout": "10000", "_foreign_keys": "1",
		"_cache_size": writerCache, "_secure_delete": "1", "_txlock": "immediate", "_auto_vacuum": "incremental", "_mutex": "no",
	})
}

// readerDSN is of the reader pool. database/sql sees to it that a connection is used by one goroutine at a time.
func readerDSN(path string) string {
	return dsn(path, map[string]string{"mode": "ro", "_query_only": "1", "_mutex": "no", "_busy_timeout": "10000", "_cache_size": readerCache,
		"_stmt_cache_size": "64"})
}
