package store

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tradepost/backend/fault"
	"tradepost/backend/order"
)

// schemaOf lists the schema of a database, spaces evened out.
func schemaOf(t *testing.T, s *Store) []string {
	t.Helper()
	rows, err := s.read.Query(`SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type, name`)
	must(t, err)
	defer func() { _ = rows.Close() }()
	var all []string
	for rows.Next() {
		var text string
		must(t, rows.Scan(&text))
		all = append(all, strings.Join(strings.Fields(text), " "))
	}
	must(t, rows.Err())
	return all
}

// Every version that was ever released lies in testdata/schema as the database it made; opened by this program, it has
// the schema of a fresh one, its data, and a verified backup was made before it was touched.
func TestUpgradedSchemaIsTheFreshOne(t *testing.T) {
	fresh := opened(t, t.TempDir(), Options{})
	want := schemaOf(t, fresh)
	old, err := filepath.Glob(filepath.Join("testdata", "schema", "*.db.gz"))
	must(t, err)
	newest := value[int](t, fresh, `SELECT max(version_id) FROM goose_db_version`)
	if len(old) < newest {
		t.Fatalf("there are %d schema versions and %d databases in testdata/schema; make one with: TRADEPOST_KEEP_SCHEMA=1 go test -run KeepSchema ./backend/store", newest, len(old))
	}
	for _, path := range old {
		t.Run(filepath.Base(path), func(t *testing.T) {
			dir := t.TempDir()
			must(t, os.WriteFile(filepath.Join(dir, "tradepost.db"), unzipped(t, path), 0o600))
			s := opened(t, dir, Options{})
			if is := schemaOf(t, s); !slices.Equal(is, want) {
				t.Errorf("schema differs:\n%s\ninstead of\n%s", strings.Join(is, "\n"), strings.Join(want, "\n"))
			}
			if all := numbers(t, s); len(all) != 3 {
				t.Errorf("orders %v", all)
			}
			healthy(t, s)
			backups, err := s.Backups()
			must(t, err)
			if older := filepath.Base(path) != schemaName(newest); older && (len(backups) != 1 || !backups[0].Verified) {
				t.Errorf("backups before the migration: %+v", backups)
			}
		})
	}
}

func schemaName(version int) string {
	return "v" + strings.Repeat("0", 3-len(idText(int64(version)))) + idText(int64(version)) + ".db.gz"
}

func unzipped(t *testing.T, path string) []byte {
	t.Helper()
	file, err := os.Open(path)
	must(t, err)
	defer func() { _ = file.Close() }()
	reader, err := gzip.NewReader(file)
	must(t, err)
	plain, err := io.ReadAll(reader)
	must(t, err)
	return plain
}

// TestKeepSchema writes the database of the present version into testdata/schema; run it once per released version.
func TestKeepSchema(t *testing.T) {
	if os.Getenv("TRADEPOST_KEEP_SCHEMA") == "" {
		t.Skip("only when asked to")
	}
	s := opened(t, t.TempDir(), Options{Now: newClock().now})
	imported(t, s, drawn(1, 3))
	path := filepath.Join("testdata", "schema", schemaName(value[int](t, s, `SELECT max(version_id) FROM goose_db_version`)))
	must(t, os.MkdirAll(filepath.Dir(path), 0o755))
	copied := filepath.Join(t.TempDir(), "copy.db")
	_, err := s.BackupTo(context.Background(), copied)
	must(t, err)
	plain, err := os.ReadFile(copied)
	must(t, err)
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	_, err = writer.Write(plain)
	must(t, errors.Join(err, writer.Close(), os.WriteFile(path, packed.Bytes(), 0o644)))
}

// Migrations are numbered without gaps and never go back.
func TestMigrationsGoForward(t *testing.T) {
	entries, err := fs.ReadDir(migrations, "migrations")
	must(t, err)
	for i, entry := range entries {
		if !regexp.MustCompile(`^\d{5}_[a-z_]+\.sql$`).MatchString(entry.Name()) || entry.Name()[:5] != strings.Repeat("0", 5-len(idText(int64(i+1))))+idText(int64(i+1)) {
			t.Errorf("migration %d is called %s", i+1, entry.Name())
		}
		text, err := fs.ReadFile(migrations, "migrations/"+entry.Name())
		must(t, err)
		if strings.Contains(string(text), "goose Down") {
			t.Errorf("%s goes back", entry.Name())
		}
	}
}

func TestANewerWorkspaceIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	s := opened(t, dir, Options{})
	must(t, insert(s, "1"))
	must(t, s.Write(context.Background(), Urgent, func(tx *Tx) error {
		return tx.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)`)
	}))
	must(t, s.Close())
	_, err := Open(context.Background(), dir, Options{})
	if !fault.Is(err, fault.Retired) || !strings.Contains(err.Error(), "newer Tradepost") {
		t.Fatalf("opening it: %v", err)
	}
	db, err := sql.Open("sqlite3", dsn(filepath.Join(dir, "tradepost.db"), nil))
	must(t, err)
	defer func() { _ = db.Close() }()
	var orders, version int
	must(t, db.QueryRow(`SELECT (SELECT count(*) FROM orders), (SELECT max(version_id) FROM goose_db_version)`).Scan(&orders, &version))
	if orders != 1 || version != 99999 {
		t.Errorf("it was written to: %d orders, version %d", orders, version)
	}
}

// Names that mean something in addresses are names of folders like any others.
func TestFolderNames(t *testing.T) {
	for _, name := range []string{"what?", "a#b", "100%", "%41", "Müller & Söhne", "a b", "o'hara", `quo"te`, "?#% ü", "?mode=memory&x=1", "日本"} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			dir := filepath.Join(root, name)
			must(t, os.Mkdir(dir, 0o755))
			s := opened(t, dir, Options{})
			imported(t, s, drawn(1, 3))
			backup, err := s.Backup(context.Background(), "manual")
			must(t, err)
			must(t, s.CatchUpSearch(context.Background()))
			if rows, _, err := s.ListOrders(context.Background(), order.Filter{Search: "1001"}, order.Page{}); err != nil || len(rows) != 1 {
				t.Errorf("found %v, %v", rows, err)
			}
			if all, err := s.Backups(); err != nil || len(all) != 1 {
				t.Errorf("backups %v, %v", all, err)
			}
			must(t, s.Close())
			must(t, Restore(context.Background(), dir, backup.Path, newClock().now()))
			if n := len(numbers(t, opened(t, dir, Options{}))); n != 3 {
				t.Errorf("%d orders after restoring", n)
			}
			entries, err := os.ReadDir(root)
			must(t, err)
			if len(entries) != 1 || entries[0].Name() != name {
				t.Errorf("beside the folder lie %v", entries)
			}
			if _, err := os.Stat(filepath.Join(dir, "tradepost.db")); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestDamagedDatabase(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "tradepost.db"), []byte(strings.Repeat("This is no database. ", 500)), 0o600))
	_, err := Open(context.Background(), dir, Options{})
	if coded := fault.Of(err); !strings.Contains(coded.Message, "damaged") || !strings.Contains(coded.Remedy, "restore") {
		t.Errorf("opening it: %v", err)
	}
}

// A file that cannot be understood as search is made anew; one that is ahead of the database (an older copy of the
// database was put back by hand) too.
func TestSearchFileIsMadeAnew(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, dir string){
		"gone": func(t *testing.T, dir string) { must(t, os.Remove(filepath.Join(dir, "search.db"))) },
		"no database": func(t *testing.T, dir string) {
			must(t, os.WriteFile(filepath.Join(dir, "search.db"), []byte(strings.Repeat("no database ", 1000)), 0o600))
		},
		"ahead": func(t *testing.T, dir string) {
			s := opened(t, dir, Options{})
			_, err := s.search.db.Exec(`UPDATE state SET value = '999999' WHERE name = 'seq'`)
			must(t, errors.Join(err, s.Close()))
		},
		"of another layout": func(t *testing.T, dir string) {
			s := opened(t, dir, Options{})
			_, err := s.search.db.Exec(`UPDATE state SET value = 'x' WHERE name = 'layout'`)
			must(t, errors.Join(err, s.Close()))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := opened(t, dir, Options{})
			imported(t, s, drawn(2, 12))
			must(t, s.CatchUpSearch(context.Background()))
			must(t, s.Close())
			spoil(t, dir)
			s = opened(t, dir, Options{})
			must(t, s.CatchUpSearch(context.Background()))
			rows, _, err := s.ListOrders(context.Background(), order.Filter{Search: "Sample"}, order.Page{})
			if err != nil || len(rows) != 12 {
				t.Errorf("%d found, %v", len(rows), err)
			}
		})
	}
}
