package main

import (
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// flags are those of mattn/go-sqlite3 under the tags of our Makefile, and cgo's own -O2.
var flags = []string{"-O2", "-g", "-std=gnu99", "-DSQLITE_ENABLE_RTREE", "-DSQLITE_THREADSAFE=1", "-DHAVE_USLEEP=1", "-DSQLITE_ENABLE_FTS3",
	"-DSQLITE_ENABLE_FTS3_PARENTHESIS", "-DSQLITE_TRACE_SIZE_LIMIT=15", "-DSQLITE_OMIT_DEPRECATED", "-DSQLITE_DEFAULT_WAL_SYNCHRONOUS=1",
	"-DSQLITE_ENABLE_UPDATE_DELETE_LIMIT", "-DHAVE_PREAD64=1", "-DHAVE_PWRITE64=1", "-DSQLITE_ENABLE_FTS5", "-DSQLITE_ENABLE_MATH_FUNCTIONS",
	"-DSQLITE_OMIT_LOAD_EXTENSION", "-DSQLITE_OMIT_DESERIALIZE", "-Wno-deprecated-declarations"}

// yardstick compiles replay.c with the very SQLite the program is built with, once, and gives its path.
func yardstick() (string, error) {
	out := filepath.Join("build", "out", "bench", "replay")
	source := filepath.Join("bench", "yardstick", "replay.c")
	if newer(out, source) {
		return out, nil
	}
	module, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/mattn/go-sqlite3").Output()
	if err != nil {
		return "", fmt.Errorf("finding go-sqlite3: %w", err)
	}
	dir := strings.TrimSpace(string(module))
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return "", err
	}
	args := append([]string{"-I", dir}, flags...)
	args = append(args, source, filepath.Join(dir, "sqlite3-binding.c"), "-o", out, "-lm", "-lpthread", "-ldl")
	if text, err := exec.Command("gcc", args...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("compiling the yardstick: %w\n%s", err, text)
	}
	return out, nil
}

func newer(made, source string) bool {
	a, err := os.Stat(made)
	b, err2 := os.Stat(source)
	return err == nil && err2 == nil && a.ModTime().After(b.ModTime())
}

// spent is how long something took.
type spent struct{ wall, cpu time.Duration }

// replay has the yardstick write a stream into a database.
func replay(tool, database, stream string) (took spent, err error) {
	text, err := exec.Command(tool, database, stream).CombinedOutput()
	if err != nil {
		return took, fmt.Errorf("the yardstick: %w: %s", err, text)
	}
	var wall, cpu float64
	var transactions, rows int
	if _, err := fmt.Sscan(string(text), &wall, &cpu, &transactions, &rows); err != nil {
		return took, err
	}
	return spent{time.Duration(wall * 1e9), time.Duration(cpu * 1e9)}, nil
}

// compare tells an error when a table of two databases differs, run and import aside: those say when.
func compare(one, other string) error {
	db, err := sql.Open("sqlite3", "file:"+one+"?mode=ro")
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("ATTACH ? AS other", "file:"+other+"?mode=ro"); err != nil {
		return err
	}
	rows, err := db.Query(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT IN ('run', 'import', 'commit_sequence')`)
	if err != nil {
		return err
	}
	defer rows.Close()
	var tables []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return err
		}
		tables = append(tables, name)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, t := range tables {
		var here, there, differ int
		err := db.QueryRow(fmt.Sprintf(`SELECT (SELECT count(*) FROM main.%[1]s), (SELECT count(*) FROM other.%[1]s),
			(SELECT count(*) FROM (SELECT * FROM main.%[1]s EXCEPT SELECT * FROM other.%[1]s))`, t)).Scan(&here, &there, &differ)
		if err != nil {
			return err
		}
		if here != there || differ != 0 {
			return fmt.Errorf("the yardstick did not write the same: %s has %d rows there and %d here, %d of these differ", t, there, here, differ)
		}
	}
	return nil
}
