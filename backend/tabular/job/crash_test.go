package job_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tradepost/backend/commerce"
	"tradepost/backend/journal"
	"tradepost/backend/schedule"
	"tradepost/backend/tabular/job"
	"tradepost/backend/transport/transporttest"
)

func storeInstant(at time.Time) commerce.Instant { return commerce.InstantOf(at) }

const childVariable = "TRADEPOST_JOB_CHILD"

// TestMain lets the test program be the child that is killed: it runs timer 1 of the workspace in its environment.
func TestMain(m *testing.M) {
	if dir := os.Getenv(childVariable); dir != "" {
		child(dir)
		return
	}
	os.Exit(m.Run())
}

func child(dir string) {
	b := open(&testing.T{}, dir, ring{})
	fmt.Println("started")
	err := b.jobs.Run(context.Background(), 1, schedule.CauseTimer)
	fmt.Println("ended", err)
}

// TestKilledBetweenSendingAndRecording kills the process that sends a mail at the moment in which the mail server has it
// whole and the answer is on its way. The next start must not send it again, and must say that the outcome is not known.
func TestKilledBetweenSendingAndRecording(t *testing.T) {
	dir, server := t.TempDir(), transporttest.ServeMail(t, false, 0)
	b := open(t, dir, ring{})
	timer := b.add(job.Draft{Kind: job.Export, Config: job.Config{To: job.ToMail, Server: b.mailServer(server), Template: 3, Recipients: []string{"books@example.com"}}})
	if timer.ID != 1 {
		t.Fatal("the child runs timer 1")
	}
	b.close()

	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+dir)
	out, err := cmd.StdoutPipe()
	must(t, err)
	server.AfterData = func() { _ = cmd.Process.Kill() }
	must(t, cmd.Start())
	said, _ := io.ReadAll(bufio.NewReader(out))
	if err := cmd.Wait(); err == nil || !strings.Contains(string(said), "started") || strings.Contains(string(said), "ended") {
		t.Fatalf("the child was not killed in the middle: %v %s", err, said)
	}
	server.AfterData = nil
	if len(server.Letters()) != 1 {
		t.Fatalf("%d letters came", len(server.Letters()))
	}

	b = open(t, dir, ring{})
	defer b.close()
	cutOff, err := b.s.EndOrphans(context.Background())
	must(t, err)
	if len(cutOff) != 1 || cutOff[0] != timer.ID {
		t.Fatalf("cut off are %v", cutOff)
	}
	must(t, b.jobs.Sweep(context.Background()))
	run, err := b.runFor(timer.ID, schedule.CauseRecover)
	if must(t, err); run.Counts["unknown"] != 1 || run.State != journal.Partial || run.Cause != journal.ByCatchUp {
		t.Errorf("the run after it is %+v", run)
	}
	if b.exports.made.Load() != 0 {
		t.Error("the export was made a second time")
	}
	if b.states(timer.ID) != "unknown" || len(server.Letters()) != 1 {
		t.Errorf("states %s, %d letters", b.states(timer.ID), len(server.Letters()))
	}
	open, err := b.s.OpenDeliveries(context.Background(), timer.ID)
	must(t, err)
	if _, err := os.Stat(filepath.Join(dir, "files", "outgoing", open[0].Spool)); err != nil {
		t.Errorf("the file that may have to be sent again is gone: %v", err)
	}
}

// TestCutOffBeforeSending: the files are made and written down, and nothing went out: the run after it sends exactly those.
func TestCutOffBeforeSending(t *testing.T) {
	ctx, dir, out := context.Background(), t.TempDir(), filepath.Join(t.TempDir(), "out")
	must(t, os.Mkdir(out, 0o700))
	b := open(t, dir, ring{})
	defer b.close()
	timer := b.add(job.Draft{Kind: job.Export, Config: job.Config{To: job.ToFolder, Folder: out, Template: 3, FileName: "o"}})
	must(t, os.RemoveAll(out))
	_, _ = b.run(timer.ID) // the folder is away: prepared, not sent
	must(t, os.Mkdir(out, 0o700))
	must(t, b.jobs.Sweep(ctx))
	run, err := b.runFor(timer.ID, schedule.CauseRecover)
	if must(t, err); run.Counts["sent"] != 1 || b.exports.made.Load() != 1 || names(t, out) != "o.csv" {
		t.Errorf("run is %+v, made %d, there is %s", run, b.exports.made.Load(), names(t, out))
	}
	// Sending that was cut off, with our file there: it arrived.
	d, err := b.s.Deliveries(ctx, run.ID-1, 0, 1)
	must(t, err)
	if len(d) == 0 {
		d, err = b.s.Deliveries(ctx, 0, timer.ID, 1)
		must(t, err)
	}
	back := d[0]
	back.State = job.Sending
	if won, err := b.s.MoveDelivery(ctx, back, job.Sent); err != nil || !won {
		t.Fatal(won, err)
	}
	b.exports.rows = 0
	if run, err = b.run(timer.ID); err != nil || run.Counts["sent"] != 1 || names(t, out) != "o.csv" || b.states(timer.ID) != "sent" {
		t.Errorf("found out: %+v, %v, %s, %s", run, err, names(t, out), b.states(timer.ID))
	}
	// With nothing there, nobody can know.
	if won, err := b.s.MoveDelivery(ctx, back, job.Sent); err != nil || !won {
		t.Fatal(won, err)
	}
	must(t, os.Remove(filepath.Join(out, "o.csv")))
	if run, err = b.run(timer.ID); err != nil || run.Counts["unknown"] != 1 || names(t, out) != "" || b.states(timer.ID) != "unknown" {
		t.Errorf("not found out: %+v, %v, %s, %s", run, err, names(t, out), b.states(timer.ID))
	}
}
