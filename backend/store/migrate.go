package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/pressly/goose/v3"

	"tradepost/backend/fault"
	"tradepost/backend/workspace"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the schema to this program's version. A database that holds data is backed up, and the backup
// verified, before anything is changed. Migrations go forward only.
func (s *Store) migrate(ctx context.Context) error {
	folder, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, s.write, folder, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("reading migrations: %w", err)
	}
	have, want, err := versions(ctx, provider)
	if err != nil {
		return fmt.Errorf("reading the schema version: %w", err)
	}
	if have > want {
		return fault.New(fault.Retired, fmt.Sprintf("This workspace was made by a newer Tradepost (schema %d, this program knows %d).", have, want),
			"Install the newer Tradepost, or restore a backup from before the update.")
	}
	if have == want {
		return nil
	}
	if have > 0 {
		if _, err := s.Backup(ctx, workspace.BeforeMigration); err != nil {
			return fmt.Errorf("backing up before the migration: %w", err)
		}
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrating: %w", err)
	}
	return nil
}

func versions(ctx context.Context, provider *goose.Provider) (have, want int64, err error) {
	if have, err = provider.GetDBVersion(ctx); err != nil {
		return 0, 0, err
	}
	for _, source := range provider.ListSources() {
		want = max(want, source.Version)
	}
	return have, want, nil
}

// exists reports whether path is there at all.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist)
}
