package job_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tradepost/backend/fault"
	"tradepost/backend/journal"
	"tradepost/backend/schedule"
	"tradepost/backend/secret"
	"tradepost/backend/store"
	"tradepost/backend/tabular"
	"tradepost/backend/tabular/job"
	"tradepost/backend/tabular/watch"
	"tradepost/backend/transport/transporttest"
)

const header = "Name,Email,Financial Status,Fulfillment Status,Currency,Subtotal,Shipping,Taxes,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Id\n"

func orderFile(number string) string {
	return header + number + ",a@example.com,paid,unfulfilled,USD,10.00,0.00,0.00,10.00,2026-03-12 09:14:01 +0000,1,Mug,10.00,MUG," + strings.TrimPrefix(number, "#") + "\n"
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// ring is a keyring in memory.
type ring map[string]string

func (r ring) Get(service, user string) (string, error) {
	if value, found := r[service+user]; found {
		return value, nil
	}
	return "", secret.ErrMissing
}
func (r ring) Set(service, user, value string) error { r[service+user] = value; return nil }
func (r ring) Delete(service, user string) error     { delete(r, service+user); return nil }

// exports is an Exporter that writes what it is told.
type exports struct {
	files []string
	rows  int
	made  atomic.Int64
}

func (e *exports) Export(_ context.Context, template int64, create func(string) (io.WriteCloser, error)) (journal.Run, error) {
	n := e.made.Add(1)
	for i, text := range e.files {
		file, err := create("orders.csv")
		if err != nil {
			return journal.Run{}, err
		}
		if _, err := fmt.Fprintf(file, "%s,%d,%d,%d\n", text, template, i, n); err != nil {
			return journal.Run{}, err
		}
		if err := file.Close(); err != nil {
			return journal.Run{}, err
		}
	}
	return journal.Run{Counts: map[string]int{"rows": e.rows}}, nil
}

type bench struct {
	t       testing.TB
	dir     string
	s       *store.Store
	im      *tabular.Importer
	jobs    *job.Jobs
	exports *exports
	now     time.Time
}

func open(t testing.TB, dir string, keys ring) *bench {
	t.Helper()
	b := &bench{t: t, dir: dir, exports: &exports{files: []string{"row"}, rows: 1}, now: time.Date(2026, 11, 23, 7, 30, 0, 0, time.UTC)}
	var err error
	b.s, err = store.Open(context.Background(), dir, store.Options{Now: func() time.Time { return b.now }})
	must(t, err)
	b.im = tabular.NewImporter(b.s, nil)
	settled := func(context.Context) error { return nil }
	b.jobs = job.New(b.s, watch.New(b.s, b.im, settled), secret.New(b.s, keys, dir),
		job.Options{Outgoing: filepath.Join(dir, "files", "outgoing"), Exporter: b.exports, Settle: settled})
	return b
}

func (b *bench) close() { b.im.Close(); _ = b.s.Close() }

func on(t testing.TB) *bench {
	t.Helper()
	b := open(t, t.TempDir(), ring{})
	t.Cleanup(b.close)
	return b
}

func (b *bench) add(d job.Draft) journal.Timer {
	b.t.Helper()
	if d.Expression == "" {
		d.Expression = "30 7 * * *"
	}
	d.Zone = "UTC"
	timer, err := b.jobs.Add(context.Background(), d)
	must(b.t, err)
	return timer
}

func (b *bench) run(id int64) (journal.Run, error) { return b.runFor(id, schedule.CauseTimer) }

func (b *bench) runFor(id int64, cause schedule.Cause) (journal.Run, error) {
	b.t.Helper()
	trouble := b.jobs.Run(context.Background(), id, cause)
	runs, err := b.s.Runs(context.Background(), journal.RunFilter{TimerID: id, Limit: 20})
	must(b.t, err)
	for _, run := range runs {
		if run.Kind == journal.RunFetch || run.Kind == journal.RunSend || run.Kind == journal.RunWatch {
			return run, trouble
		}
	}
	b.t.Fatal("there is no run")
	return journal.Run{}, nil
}

func (b *bench) states(timerID int64) string {
	b.t.Helper()
	all, err := b.s.Deliveries(context.Background(), 0, timerID, 50)
	must(b.t, err)
	var states []string
	for _, d := range all {
		states = append([]string{d.State}, states...)
	}
	return strings.Join(states, " ")
}

func (b *bench) sftp(server *transporttest.SFTP) int64 {
	b.t.Helper()
	password := server.Password
	one, err := b.jobs.AddServer(context.Background(), job.Server{Kind: job.SFTPServer, Name: "partner",
		Config: job.ServerConfig{Host: "127.0.0.1", Port: server.Port, User: "shop"}}, job.ServerSecrets{Password: &password})
	must(b.t, err)
	return one.ID
}

func (b *bench) mailServer(server *transporttest.Mail) int64 {
	b.t.Helper()
	one, err := b.jobs.AddServer(context.Background(), job.Server{Kind: job.MailServer, Name: "office",
		Config: job.ServerConfig{Host: "127.0.0.1", Port: server.Port, Security: "none", From: "shop@example.com"}}, job.ServerSecrets{})
	must(b.t, err)
	return one.ID
}

func names(t testing.TB, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return ""
	}
	must(t, err)
	var all []string
	for _, entry := range entries {
		all = append(all, entry.Name())
	}
	return strings.Join(all, " ")
}

func put(t testing.TB, path, text string) {
	t.Helper()
	must(t, os.WriteFile(path, []byte(text), 0o600))
}

func TestFetchTakesAndMoves(t *testing.T) {
	b, server := on(t), transporttest.ServeSFTP(t)
	timer := b.add(job.Draft{Kind: job.Fetch, Config: job.Config{Server: b.sftp(server), Pattern: "*.CSV"}})
	put(t, filepath.Join(server.Root, "a.csv"), orderFile("#1"))
	put(t, filepath.Join(server.Root, "b.csv"), "no orders\nat all\n")
	put(t, filepath.Join(server.Root, "c.csv.part"), "half")
	put(t, filepath.Join(server.Root, "d.txt"), "other")
	run, err := b.run(timer.ID)
	must(t, err)
	if run.Kind != journal.RunFetch || run.State != journal.Partial || run.Counts["new"] != 1 || run.Counts["failed"] != 1 || run.Problem == nil {
		t.Errorf("run is %+v", run)
	}
	if got := names(t, server.Root); got != "c.csv.part d.txt done failed" {
		t.Errorf("left on the server: %s", got)
	}
	if names(t, filepath.Join(server.Root, "done")) != "a.csv" || names(t, filepath.Join(server.Root, "failed")) != "b.csv" {
		t.Error("moved elsewhere")
	}
	put(t, filepath.Join(server.Root, "a.csv"), orderFile("#2")) // another file of the same name
	if run, err = b.run(timer.ID); err != nil || run.Counts["new"] != 1 {
		t.Errorf("run is %+v, %v", run, err)
	}
	if got := names(t, filepath.Join(server.Root, "done")); got != "a (2).csv a.csv" {
		t.Errorf("done has %s", got)
	}
}

// A server that forbids moving: each file is taken once all the same.
func TestFetchNeverTakesTwice(t *testing.T) {
	b, server := on(t), transporttest.ServeSFTP(t)
	server.NoMove.Store(true)
	timer := b.add(job.Draft{Kind: job.Fetch, Config: job.Config{Server: b.sftp(server)}})
	path := filepath.Join(server.Root, "a.csv")
	put(t, path, orderFile("#1"))
	run, err := b.run(timer.ID)
	if must(t, err); run.Counts["new"] != 1 || run.Counts["kept"] != 1 || run.State != journal.Done {
		t.Errorf("run is %+v", run)
	}
	if run, err = b.run(timer.ID); err != nil || run.Counts["files"] != 0 {
		t.Errorf("taken again: %+v, %v", run.Counts, err)
	}
	must(t, os.Chtimes(path, time.Now(), time.Now().Add(time.Hour))) // the same content under another time
	if run, err = b.run(timer.ID); err != nil || run.Counts["files"] != 0 || run.Counts["known"] != 1 {
		t.Errorf("taken again: %+v, %v", run.Counts, err)
	}
	put(t, path, orderFile("#2"))
	must(t, os.Chtimes(path, time.Now(), time.Now().Add(2*time.Hour)))
	if run, err = b.run(timer.ID); err != nil || run.Counts["new"] != 1 {
		t.Errorf("another content was not taken: %+v, %v", run.Counts, err)
	}
}

func TestFetchOverABrokenLine(t *testing.T) {
	b, server := on(t), transporttest.ServeSFTP(t)
	timer := b.add(job.Draft{Kind: job.Fetch, Config: job.Config{Server: b.sftp(server)}})
	put(t, filepath.Join(server.Root, "a.csv"), orderFile("#1")+strings.Repeat("\n", 200_000))
	server.CutAfter.Store(50_000)
	run, err := b.run(timer.ID)
	if !fault.Is(err, fault.Unavailable) || run.State != journal.Failed || run.Counts["new"] != 0 {
		t.Errorf("run is %+v, %v", run, err)
	}
	if run, err = b.run(timer.ID); err != nil || run.Counts["new"] != 1 {
		t.Errorf("the next run is %+v, %v", run, err)
	}
	if got := names(t, filepath.Join(b.dir, "files", "outgoing")); got != "" {
		t.Errorf("left in the workspace: %s", got)
	}
	server.NewHostKey(t)
	if _, err = b.run(timer.ID); !fault.Is(err, fault.Auth) {
		t.Errorf("another host key: %v", err)
	}
}

func TestExportToFolder(t *testing.T) {
	b, out := on(t), t.TempDir()
	timer := b.add(job.Draft{Kind: job.Export, Config: job.Config{To: job.ToFolder, Folder: out, Template: 3, FileName: "{name}-{date}"}})
	run, err := b.run(timer.ID)
	if must(t, err); run.State != journal.Done || run.Counts["sent"] != 1 || names(t, out) != "orders-2026-11-23.csv" {
		t.Errorf("run is %+v, sent %s", run, names(t, out))
	}
	_, err = b.run(timer.ID)
	if must(t, err); names(t, out) != "orders-2026-11-23 (2).csv orders-2026-11-23.csv" {
		t.Errorf("sent %s", names(t, out))
	}
	b.exports.files = []string{"one", "two"}
	_, err = b.run(timer.ID)
	if must(t, err); !strings.Contains(names(t, out), "orders-2026-11-23-1.csv orders-2026-11-23-2.csv") {
		t.Errorf("sent %s", names(t, out))
	}
	b.exports.rows = 0
	before := names(t, out)
	run, err = b.run(timer.ID)
	if must(t, err); run.Counts["nothing"] != 1 || names(t, out) != before || run.State != journal.Done {
		t.Errorf("with nothing to export: %+v", run)
	}
	if got := names(t, filepath.Join(b.dir, "files", "outgoing")); got != "" {
		t.Errorf("left in the workspace: %s", got)
	}
	must(t, os.RemoveAll(out))
	b.exports.rows = 1
	if run, err = b.run(timer.ID); !fault.Is(err, fault.NotFound) || run.State != journal.Failed || !strings.HasSuffix(b.states(timer.ID), "prepared prepared") { //nolint:dupword // of two files
		t.Errorf("without the folder: %+v, %v, %s", run, err, b.states(timer.ID))
	}
	must(t, os.Mkdir(out, 0o700))
	if run, err = b.run(timer.ID); err != nil || run.Counts["sent"] != 4 {
		t.Errorf("what waited was not sent: %+v, %v", run, err)
	}
}

func TestExportOverSFTP(t *testing.T) {
	b, server := on(t), transporttest.ServeSFTP(t)
	timer := b.add(job.Draft{Kind: job.Export, Config: job.Config{To: job.ToSFTP, Server: b.sftp(server), Template: 3, FileName: "o"}})
	for _, moment := range []string{"after", "before"} {
		server.CutAtRename.Store(moment)
		if run, err := b.run(timer.ID); !fault.Is(err, fault.Unknown) {
			t.Errorf("cut %s the rename: %+v, %v", moment, run, err)
		}
		if !strings.HasSuffix(b.states(timer.ID), "sending") {
			t.Errorf("states are %s", b.states(timer.ID))
		}
		if _, err := b.run(timer.ID); err != nil {
			t.Error(err)
		}
	}
	// Two of the cut runs, two whole ones: four files, none twice.
	if got := b.states(timer.ID); got != strings.TrimSpace(strings.Repeat("sent ", 4)) || names(t, server.Root) != "o (2).csv o (3).csv o (4).csv o.csv" {
		t.Errorf("states %s, on the server %s", got, names(t, server.Root))
	}
}

func TestMailOfUnknownOutcomeIsNotRepeated(t *testing.T) {
	b, server := on(t), transporttest.ServeMail(t, false, 0)
	server.Silent = true
	timer := b.add(job.Draft{Kind: job.Export, Config: job.Config{To: job.ToMail, Server: b.mailServer(server), Template: 3, Recipients: []string{"books@example.com"}}})
	run, err := b.run(timer.ID)
	if must(t, err); run.Counts["unknown"] != 1 || run.State != journal.Partial || len(server.Letters()) != 1 {
		t.Errorf("run is %+v, %d letters", run, len(server.Letters()))
	}
	b.exports.rows = 0
	if run, err = b.run(timer.ID); err != nil || run.Counts["unknown"] != 1 || len(server.Letters()) != 1 {
		t.Errorf("run is %+v, %v, %d letters", run, err, len(server.Letters()))
	}
	open, err := b.s.OpenDeliveries(context.Background(), timer.ID)
	must(t, err)
	server.Silent = false
	_, err = b.jobs.Decide(context.Background(), open[0].ID, "again")
	must(t, err)
	if run, err = b.run(timer.ID); err != nil || len(server.Letters()) != 2 || b.states(timer.ID) != "sent" {
		t.Errorf("asked to send again: %+v, %v, %s", run, err, b.states(timer.ID))
	}
	if _, err := b.jobs.Decide(context.Background(), open[0].ID, "again"); !fault.Is(err, fault.Conflict) {
		t.Errorf("what is settled was opened again: %v", err)
	}
}

func TestAlarms(t *testing.T) {
	b, server, out := on(t), transporttest.ServeMail(t, false, 0), filepath.Join(t.TempDir(), "out")
	must(t, os.Mkdir(out, 0o700))
	timer := b.add(job.Draft{Kind: job.Export, Expression: "0 * * * *", Config: job.Config{To: job.ToFolder, Folder: out, Template: 3}})
	ctx := context.Background()
	must(t, b.s.SetSettings(ctx, map[string]string{job.AlarmServerSetting: fmt.Sprint(b.mailServer(server)), job.AlarmToSetting: "me@example.com"}, -1))
	told := 0
	check := func() {
		t.Helper()
		must(t, b.jobs.CheckAlarms(ctx, func(int64) bool { return false }, func(job.Alarm) { told++ }))
	}
	pass := func(d time.Duration) { // the scheduler's part: the due time moves on
		b.now = b.now.Add(d)
		now, err := b.s.Timer(ctx, timer.ID)
		must(t, err)
		plan, err := schedule.PlanOf(now)
		must(t, err)
		_, err = b.s.ClaimTimer(ctx, timer.ID, now.NextAt, storeInstant(plan.Next(b.now)), storeInstant(b.now))
		must(t, err)
		check()
	}
	_, err := b.run(timer.ID)
	must(t, err)
	must(t, os.RemoveAll(out))
	pass(time.Hour)
	if _, err := b.run(timer.ID); err == nil || told != 0 {
		t.Fatalf("%v, told %d", err, told)
	}
	pass(time.Hour)
	if told != 1 || len(server.Letters()) != 1 || !strings.Contains(server.Letters()[0], "me@example.com") {
		t.Fatalf("told %d, %d letters", told, len(server.Letters()))
	}
	pass(5 * time.Hour)
	if told != 1 || len(server.Letters()) != 1 {
		t.Errorf("told %d times, %d letters", told, len(server.Letters()))
	}
	must(t, os.Mkdir(out, 0o700))
	_, err = b.run(timer.ID)
	must(t, err)
	if now, _ := b.s.Timer(ctx, timer.ID); now.AlarmedAt != 0 {
		t.Error("the alarm lasts after a success")
	}
	pass(10 * time.Hour)
	if told != 2 || len(server.Letters()) != 2 {
		t.Errorf("the next trouble: told %d times, %d letters", told, len(server.Letters()))
	}
}

func TestDraftsAreChecked(t *testing.T) {
	b, server := on(t), transporttest.ServeSFTP(t)
	sftp := b.sftp(server)
	for field, d := range map[string]job.Draft{
		"kind":       {Kind: "import"},
		"folder":     {Kind: job.Watch, Config: job.Config{Folder: "/nowhere/at/all"}},
		"server":     {Kind: job.Fetch},
		"pattern":    {Kind: job.Fetch, Config: job.Config{Server: sftp, Pattern: "[a"}},
		"after":      {Kind: job.Fetch, Config: job.Config{Server: sftp, After: "burn"}},
		"template":   {Kind: job.Export, Config: job.Config{To: job.ToFolder, Folder: b.dir}},
		"to":         {Kind: job.Export, Config: job.Config{Template: 1}},
		"file_name":  {Kind: job.Export, Config: job.Config{Template: 1, To: job.ToFolder, Folder: b.dir, FileName: "a/{date}"}},
		"recipients": {Kind: job.Export, Config: job.Config{Template: 1, To: job.ToMail}},
		"jitter":     {Kind: job.Fetch, Jitter: 7 * 3600, Config: job.Config{Server: sftp}},
		"alarm":      {Kind: job.Fetch, AlarmAfter: 5, Config: job.Config{Server: sftp}},
	} {
		d.Expression = "@daily"
		if _, err := b.jobs.Add(context.Background(), d); err == nil || fault.Of(err).Field != field || fault.Of(err).Remedy == "" {
			t.Errorf("%s: %v (field %q)", field, err, fault.Of(err).Field)
		}
	}
	timer := b.add(job.Draft{Kind: job.Fetch, Jitter: 600, Config: job.Config{Server: sftp}})
	if late := timer.NextAt.Time().Sub(time.Date(2026, 11, 24, 7, 30, 0, 0, time.UTC)); late < -24*time.Hour || late > 10*time.Minute {
		t.Errorf("planned for %s", timer.NextAt)
	}
	if err := b.jobs.DeleteServer(context.Background(), sftp); !fault.Is(err, fault.Conflict) {
		t.Errorf("a server in use was removed: %v", err)
	}
	must(t, b.jobs.Remove(context.Background(), timer.ID))
	must(t, b.jobs.DeleteServer(context.Background(), sftp))
	if left, err := b.s.SecretNames(context.Background()); err != nil || len(left) != 0 {
		t.Errorf("its password stayed: %v, %v", left, err)
	}
}

// A stored password must not follow to an address that somebody else types.
func TestSecretsStayWithTheirServer(t *testing.T) {
	ctx, b, server := context.Background(), on(t), transporttest.ServeSFTP(t)
	id := b.sftp(server)
	must(t, b.jobs.TestServer(ctx, id, ""))
	one, err := b.s.Server(ctx, id)
	must(t, err)
	if one.HostKey == "" {
		t.Error("its key was not pinned")
	}
	one.Config.Host = "localhost"
	must(t, b.jobs.ReviseServer(ctx, one, job.ServerSecrets{}, -1))
	if err := b.jobs.TestServer(ctx, id, ""); !fault.Is(err, fault.Auth) || !strings.Contains(err.Error(), "No password") {
		t.Errorf("at another address: %v", err)
	}
	if one, _ = b.s.Server(ctx, id); one.HostKey != "" {
		t.Error("the key of the other address stayed")
	}
}
