package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestScheduleCommands goes through servers, secrets and schedules on one workspace: exit codes and JSON, exactly. Their
// server is one that is not there.
func TestScheduleCommands(t *testing.T) {
	t.Setenv("TZ", "UTC")
	dir, place := t.TempDir(), t.TempDir()
	incoming, outgoing, file := filepath.Join(place, "incoming"), filepath.Join(place, "outgoing"), filepath.Join(place, "orders.csv")
	must(t, os.Mkdir(incoming, 0o755))
	must(t, os.Mkdir(outgoing, 0o755))
	write(t, file, fourRows)
	for _, step := range []struct {
		name string
		exit int
		args []string
	}{
		{"schedule-none", 0, []string{"schedule", "list"}},
		{"server-none", 0, []string{"server", "list"}},
		{"server-set", 0, []string{"server", "set", "partner", "--kind", "sftp", "--host", "localhost", "--port", "1", "--user", "shop"}},
		{"server-change", 0, []string{"server", "set", "Partner", "--user", "other"}},
		{"server-list", 0, []string{"server", "list"}},
		{"server-no-host", 2, []string{"server", "set", "office", "--kind", "mail"}},
		{"server-bad-kind", 2, []string{"server", "set", "office", "--kind", "pigeon", "--host", "localhost"}},
		{"", 0, []string{"secrets", "status"}},
		{"", 0, []string{"import", file, "--channel", "Shop"}},
		{"schedule-watch", 0, []string{"schedule", "set", "--kind", "watch", "--folder", incoming, "--when", "every 5 minutes", "--zone", "Europe/Berlin"}},
		{"schedule-fetch", 0, []string{"schedule", "set", "--kind", "fetch", "--server", "partner", "--folder", "out", "--cron", "30 7 * * 1-5", "--pattern", "*.csv", "--jitter", "2m"}},
		{"schedule-export", 0, []string{"schedule", "set", "--kind", "export", "--template", "1", "--to", "folder", "--folder", outgoing, "--when", "every weekday at 7:30", "--file-name", "orders"}},
		{"schedule-change", 0, []string{"schedule", "set", "3", "--name", "To the books", "--alarm", "never"}},
		{"schedule-pause", 0, []string{"schedule", "pause", "1"}},
		{"schedule-run", 0, []string{"schedule", "run", "3"}},
		{"schedule-list", 0, []string{"schedule", "list"}},
		{"schedule-deliveries", 0, []string{"schedule", "deliveries", "3"}},
		{"schedule-resume", 0, []string{"schedule", "resume", "1"}},
		{"schedule-words", 0, []string{"schedule", "words", "on the first Monday of the month at 6"}},
		{"schedule-bad-words", 2, []string{"schedule", "words", "now and then"}},
		{"schedule-bad-cron", 2, []string{"schedule", "set", "1", "--cron", "61 * * * *"}},
		{"schedule-bad-kind", 2, []string{"schedule", "set", "--kind", "dance", "--when", "every hour"}},
		{"schedule-no-server", 1, []string{"schedule", "set", "--kind", "fetch", "--server", "nobody", "--when", "every hour"}},
		{"schedule-no-id", 1, []string{"schedule", "run", "77"}},
		{"", 1, []string{"schedule", "run", "2"}},
		{"schedule-remove", 0, []string{"schedule", "remove", "1"}},
		{"server-busy", 1, []string{"server", "remove", "partner"}},
	} {
		a := ran(dir, append(step.args, "--json")...)
		if a.exit != step.exit {
			t.Errorf("%s: exit %d instead of %d: %s%s", step.name, a.exit, step.exit, a.out, a.err)
			continue
		}
		said := a.out
		if step.exit == 1 || step.exit == 2 {
			said = a.err
		}
		if strings.Contains(a.err, "level=") {
			t.Errorf("%v logs to people: %s", step.args, a.err)
		}
		if step.name != "" {
			golden(t, step.name, said, filepath.ToSlash(dir), filepath.ToSlash(place))
		}
	}
	if text, err := os.ReadFile(filepath.Join(dir, "tradepost.log")); err != nil || !strings.Contains(string(text), "scheduled run") {
		t.Errorf("logged is %q, %v", text, err)
	}
	if text, err := os.ReadFile(filepath.Join(outgoing, "orders.csv")); err != nil || !strings.Contains(string(text), "#1001") {
		t.Errorf("exported is %q, %v", text, err)
	}
}
