package store

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tradepost/backend/fault"
	"tradepost/backend/order"
	"tradepost/backend/workspace"
)

func TestBackupAndRestore(t *testing.T) {
	ctx, at, dir := context.Background(), newClock(), t.TempDir()
	s := opened(t, dir, Options{Now: at.now})
	imported(t, s, drawn(3, 5))
	backup, err := s.Backup(ctx, workspace.ByHand)
	must(t, err)
	if !backup.Verified || backup.Reason != workspace.ByHand || backup.MadeAt.Time() != at.now() || backup.Size < 100_000 {
		t.Errorf("backup %+v", backup)
	}
	at.pass(time.Hour)
	imported(t, s, drawn(4, 9)) // four more, after the backup
	must(t, s.CatchUpSearch(ctx))
	must(t, s.Close())

	at.pass(time.Hour)
	must(t, Restore(ctx, dir, backup.Path, at.now()))
	s = opened(t, dir, Options{Now: at.now})
	if n := len(numbers(t, s)); n != 5 {
		t.Errorf("%d orders after restoring", n)
	}
	if paused, err := s.Setting(ctx, "sending_paused"); err != nil || !strings.Contains(paused, "restored") {
		t.Errorf("sending is not paused: %q, %v", paused, err)
	}
	var mode int
	must(t, s.Write(ctx, Urgent, func(tx *Tx) error { return tx.QueryRow("PRAGMA auto_vacuum").Scan(&mode) }))
	if mode != 2 {
		t.Errorf("auto_vacuum is %d in a restored database", mode)
	}
	must(t, s.CatchUpSearch(ctx))
	for text, want := range map[string]int{"Sample": 5, "1009": 0, "#1005": 1} {
		if rows, _, err := s.ListOrders(ctx, order.Filter{Search: text}, order.Page{}); err != nil || len(rows) != want {
			t.Errorf("searching %s after restoring finds %d, %v", text, len(rows), err)
		}
	}
	healthy(t, s)
	aside := ""
	all, err := s.Backups()
	must(t, err)
	for _, b := range all {
		if b.Reason == workspace.BeforeRestore {
			aside = b.Path
		}
	}
	if aside == "" {
		t.Fatalf("what was there is not among the backups: %+v", all)
	}
	must(t, s.Close())
	must(t, Restore(ctx, dir, aside, at.now().Add(time.Hour)))
	if n := len(numbers(t, opened(t, dir, Options{}))); n != 9 {
		t.Errorf("%d orders after going back to what was set aside", n)
	}
}

// One flipped byte anywhere in a backup is noticed, and what is there is not touched.
func TestDamagedBackup(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	s := opened(t, dir, Options{})
	imported(t, s, drawn(5, 5))
	backup, err := s.Backup(ctx, workspace.ByHand)
	must(t, err)
	must(t, s.Close())
	whole, err := os.ReadFile(backup.Path)
	must(t, err)
	for _, at := range []int{0, 30, 4096 + 7, len(whole) / 2, len(whole) - 1} {
		spoilt := append([]byte{}, whole...)
		spoilt[at] ^= 0x20
		must(t, os.WriteFile(backup.Path, spoilt, 0o600))
		if err := Restore(ctx, dir, backup.Path, newClock().now()); !fault.Is(err, fault.Invalid) {
			t.Errorf("byte %d flipped: %v", at, err)
		}
	}
	must(t, os.WriteFile(backup.Path, whole[:len(whole)/2], 0o600))
	must(t, os.Remove(backup.Path+".sha256")) // as a backup that was copied alone
	if err := Restore(ctx, dir, backup.Path, newClock().now()); !fault.Is(err, fault.Invalid) {
		t.Errorf("half a backup: %v", err)
	}
	if err := Restore(ctx, dir, filepath.Join(dir, "nowhere.db"), newClock().now()); !fault.Is(err, fault.NotFound) {
		t.Errorf("no backup: %v", err)
	}
	stranger := filepath.Join(t.TempDir(), "stranger.db")
	must(t, os.WriteFile(stranger, []byte("no database at all, but long enough to be looked at as one"), 0o600))
	if err := Restore(ctx, dir, stranger, newClock().now()); !fault.Is(err, fault.Invalid) {
		t.Errorf("no database: %v", err)
	}
	s = opened(t, dir, Options{})
	if paused, _ := s.Setting(ctx, "sending_paused"); len(numbers(t, s)) != 5 || paused != "" {
		t.Errorf("the workspace was touched: %d orders, paused %q", len(numbers(t, s)), paused)
	}
}

func TestBackupsNeverOverwrite(t *testing.T) {
	s := opened(t, t.TempDir(), Options{})
	path := filepath.Join(t.TempDir(), "mine.db")
	must(t, os.WriteFile(path, []byte("mine"), 0o600))
	if _, err := s.BackupTo(context.Background(), path); !fault.Is(err, fault.Conflict) {
		t.Errorf("over another file: %v", err)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "mine" {
		t.Errorf("it says %q now, %v", text, err)
	}
}

// A relative path names a file of the folder the program runs in.
func TestBackupToARelativePath(t *testing.T) {
	s := opened(t, t.TempDir(), Options{})
	t.Chdir(t.TempDir())
	_, err := s.BackupTo(context.Background(), "mine.db")
	must(t, err)
	must(t, verifyDatabase(context.Background(), "mine.db"))
}

func TestDailyBackups(t *testing.T) {
	ctx, at := context.Background(), newClock()
	s := opened(t, t.TempDir(), Options{Now: at.now})
	byHand, err := s.Backup(ctx, workspace.ByHand)
	must(t, err)
	made := 0
	for hour := range 24 * 6 {
		at.pass(time.Hour)
		did, err := s.BackupDaily(ctx, 3)
		must(t, err)
		if did {
			made++
		}
		if want := hour/24 + 1; made != want {
			t.Fatalf("after %d hours there were %d daily backups, not %d", hour+1, made, want)
		}
	}
	all, err := s.Backups()
	must(t, err)
	if len(all) != 4 {
		t.Fatalf("%d backups are kept: %+v", len(all), all)
	}
	for i, b := range all[:3] {
		if b.Reason != workspace.Daily || !b.Verified || at.now().Sub(b.MadeAt.Time()) > time.Duration(i+1)*24*time.Hour {
			t.Errorf("backup %d is %+v", i, b)
		}
	}
	if all[3].Name != byHand.Name {
		t.Errorf("the one made by hand is gone; there is %s", all[3].Name)
	}
	left, err := filepath.Glob(filepath.Join(s.BackupsDir(), "*"))
	must(t, err)
	if len(left) != 8 {
		t.Errorf("in the folder lie %v", left)
	}
}

// A backup taken while writes go on holds a state that was: whole groups, every reference in place.
func TestBackupWhileWriting(t *testing.T) {
	ctx, at := context.Background(), newClock()
	s := opened(t, t.TempDir(), Options{Now: at.now})
	ended := make(chan error, 1)
	go func() {
		_, err := importing(s, shopifyText(6, 400))
		ended <- err
	}()
	for going := true; going; {
		select {
		case err := <-ended:
			must(t, err)
			going = false
		default:
		}
		at.pass(time.Second)
		backup, err := s.Backup(ctx, workspace.ByHand)
		must(t, err)
		dir := t.TempDir()
		must(t, Restore(ctx, dir, backup.Path, at.now()))
		healthy(t, opened(t, dir, Options{}))
	}
}
