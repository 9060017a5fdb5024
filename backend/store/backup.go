package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/workspace"
)

// BackupsDir is where automatic backups lie.
func (s *Store) BackupsDir() string { return filepath.Join(s.dir, "backups") }

// Backup writes a verified backup into the backups folder.
func (s *Store) Backup(ctx context.Context, reason workspace.Reason) (workspace.Backup, error) {
	name := "tradepost-" + s.now().UTC().Format(stampLayout) + "-" + string(reason) + ".db"
	if err := os.MkdirAll(s.BackupsDir(), 0o700); err != nil {
		return workspace.Backup{}, classify("making the backups folder", err)
	}
	return s.BackupTo(ctx, filepath.Join(s.BackupsDir(), name))
}

// BackupTo writes a verified backup to path, which must not exist: a copy made by VACUUM INTO, opened again, checked
// whole, its digest kept in path.sha256. Kept files over 1 MiB are not in it; they lie in files/ of the workspace.
func (s *Store) BackupTo(ctx context.Context, path string) (workspace.Backup, error) {
	if exists(path) {
		return workspace.Backup{}, fault.New(fault.Conflict, fmt.Sprintf("%s exists already.", path), "Choose another name.")
	}
	part := path + ".part"
	defer func() { _ = os.Remove(part) }()
	_ = os.Remove(part)
	if err := s.copyTo(ctx, part); err != nil {
		return workspace.Backup{}, classify("copying the database", err)
	}
	if err := verifyDatabase(ctx, part); err != nil {
		return workspace.Backup{}, classify("verifying the copy", err)
	}
	if err := finishBackup(part, path); err != nil {
		return workspace.Backup{}, classify("finishing the backup", err)
	}
	return describeBackup(path)
}

func (s *Store) copyTo(ctx context.Context, path string) error {
	if err := prepareFile(path); err != nil { // VACUUM INTO an empty file keeps its mode: nobody else may read a backup
		return err
	}
	db, err := sql.Open("sqlite3", dsn(s.path, map[string]string{"mode": "ro", "_busy_timeout": "10000"}))
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", path)
	return err
}

// verifyDatabase opens a copy and checks every page and every reference.
func verifyDatabase(ctx context.Context, path string) error {
	db, err := sql.Open("sqlite3", dsn(path, map[string]string{"mode": "ro"}))
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	var verdict string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		return fault.New(fault.Internal, "The copy is damaged: "+verdict+".", "Check the disk, then back up again.")
	}
	var seq int64
	return db.QueryRowContext(ctx, "SELECT value FROM commit_sequence WHERE id = 1").Scan(&seq)
}

func finishBackup(part, path string) error {
	sum, err := digest(part)
	if err != nil {
		return err
	}
	if err := syncFile(part); err != nil {
		return err
	}
	if err := os.WriteFile(path+".sha256", []byte(sum+"  "+filepath.Base(path)+"\n"), 0o600); err != nil {
		return err
	}
	if err := os.Rename(part, path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func digest(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

func describeBackup(path string) (workspace.Backup, error) {
	stat, err := os.Stat(path)
	if err != nil {
		return workspace.Backup{}, err
	}
	info := workspace.Backup{Name: filepath.Base(path), Path: path, Size: stat.Size(), MadeAt: commerce.InstantOf(stat.ModTime()), Reason: workspace.ByHand}
	for _, reason := range []workspace.Reason{workspace.Daily, workspace.ByHand, workspace.BeforeMigration, workspace.BeforeRestore} {
		if strings.HasSuffix(info.Name, "-"+string(reason)+".db") {
			info.Reason = reason
		}
	}
	info.MadeAt = madeAt(info)
	info.Verified = exists(path + ".sha256")
	return info, nil
}

// stampLayout is how the names of automatic backups say when they were made.
const stampLayout = "20060102-150405"

// madeAt reads from a backup's name when it was made: the file's own time changes when it is copied or brought back.
func madeAt(info workspace.Backup) commerce.Instant {
	stamp := strings.TrimSuffix(strings.TrimPrefix(info.Name, "tradepost-"), "-"+string(info.Reason)+".db")
	if at, err := time.Parse(stampLayout, stamp); err == nil {
		return commerce.InstantOf(at)
	}
	return info.MadeAt
}

// Backups lists the backups folder, newest first.
func (s *Store) Backups() ([]workspace.Backup, error) {
	paths, err := filepath.Glob(filepath.Join(globEscape(s.BackupsDir()), "tradepost-*.db"))
	if err != nil {
		return nil, err
	}
	slices.Sort(paths)
	slices.Reverse(paths)
	all := []workspace.Backup{}
	for _, path := range paths {
		if info, err := describeBackup(path); err == nil {
			all = append(all, info)
		}
	}
	return all, nil
}

func globEscape(path string) string {
	return strings.NewReplacer(`*`, `[*]`, `?`, `[?]`, `[`, `[[]`).Replace(path)
}

// BackupDaily makes the day's backup when there is none younger than a day, then removes the oldest daily ones beyond
// keep. It reports whether one was made.
func (s *Store) BackupDaily(ctx context.Context, keep int) (bool, error) {
	all, err := s.Backups()
	if err != nil {
		return false, err
	}
	daily := slices.DeleteFunc(all, func(b workspace.Backup) bool { return b.Reason != workspace.Daily })
	if len(daily) > 0 && s.now().Sub(daily[0].MadeAt.Time()) < 24*time.Hour {
		return false, nil
	}
	if _, err := s.Backup(ctx, workspace.Daily); err != nil {
		return false, err
	}
	for i := keep - 1; i >= 0 && i < len(daily); i++ {
		_ = os.Remove(daily[i].Path)
		_ = os.Remove(daily[i].Path + ".sha256")
	}
	return true, nil
}

// Restore replaces the database in dir by the backup at from. The store must be closed and the caller must hold the
// lock. The backup's digest (when it lies beside it) and every page are checked first; the database that was there is
// kept in the backups folder. The restored workspace has all sending paused (invariant 13).
func Restore(ctx context.Context, dir, from string, now time.Time) error {
	if err := checkBackup(ctx, from); err != nil {
		return classify("checking the backup", err)
	}
	path := filepath.Join(dir, "tradepost.db")
	part := path + ".restoring"
	defer func() { _ = os.Remove(part) }()
	if err := copyFile(from, part); err != nil {
		return classify("copying the backup", err)
	}
	if err := pauseSending(ctx, part, now); err != nil {
		return classify("pausing all sending", err)
	}
	if err := setAside(dir, now); err != nil {
		return classify("setting the present database aside", err)
	}
	if err := os.Rename(part, path); err != nil {
		return classify("putting the backup in place", err)
	}
	return syncDir(dir)
}

func checkBackup(ctx context.Context, from string) error {
	stated, err := os.ReadFile(from + ".sha256")
	if err == nil {
		sum, err := digest(from)
		if err != nil {
			return err
		}
		if !strings.HasPrefix(string(stated), sum) {
			return fault.New(fault.Invalid, "The backup is damaged: its content is not what was written.", "Use another backup.")
		}
	} else if !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if _, err := os.Stat(from); err != nil {
		return fault.Wrap(err, fault.NotFound, fmt.Sprintf("There is no backup at %s.", from), "Check the path.")
	}
	if err := verifyDatabase(ctx, from); err != nil {
		return fault.Wrap(err, fault.Invalid, "This file is not a whole Tradepost backup.", "Use another backup.")
	}
	return nil
}

// pauseSending marks the restored copy before it becomes the workspace.
func pauseSending(ctx context.Context, path string, now time.Time) error {
	db, err := sql.Open("sqlite3", dsn(path, map[string]string{"_journal_mode": "DELETE", "_synchronous": "FULL"}))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `INSERT INTO setting (name, value, seq) VALUES ('sending_paused', ?, 0)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`, pauseNote(now, "restored"))
	return errors.Join(err, db.Close())
}

// pauseNote is what the setting sending_paused says: since when, and why.
func pauseNote(now time.Time, why string) string {
	return asJSON(map[string]string{"since": commerce.InstantOf(now).String(), "why": why})
}

// setAside moves the present database into the backups folder and drops the search file, which is derived.
func setAside(dir string, now time.Time) error {
	path := filepath.Join(dir, "tradepost.db")
	for _, name := range []string{"search.db", "search.db-wal", "search.db-shm"} {
		_ = os.Remove(filepath.Join(dir, name))
	}
	if !exists(path) {
		return nil
	}
	backups := filepath.Join(dir, "backups")
	if err := os.MkdirAll(backups, 0o700); err != nil {
		return err
	}
	aside := filepath.Join(backups, "tradepost-"+now.UTC().Format(stampLayout)+"-"+string(workspace.BeforeRestore)+".db")
	for _, suffix := range []string{"-wal", "-shm", ""} { // the WAL first: a crash in between loses nothing
		if err := os.Rename(path+suffix, aside+suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return syncDir(backups)
}
