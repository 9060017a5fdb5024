package job

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
	"tradepost/backend/journal"
	"tradepost/backend/transport"
)

// Delivery is one file on its way out. It is written before anything is sent, so that a crash cannot make it go twice
// without being seen.
type Delivery struct {
	ID        int64
	TimerID   int64
	RunID     int64
	Target    Target
	Name      string // the file's name at the target
	Spool     string // the file's name in the outgoing folder
	Size      int64
	SHA256    string
	MessageID string // of a mail, the same at every try
	State     string
	Attempts  int
	Problem   *fault.Problem
	CreatedAt commerce.Instant
	SettledAt commerce.Instant
}

// Target is where a file goes, as it was when the file was made.
type Target struct {
	To         string   `json:"to"`
	Folder     string   `json:"folder,omitempty"`
	Server     int64    `json:"server,omitempty"`
	Replace    bool     `json:"replace,omitempty"`
	Recipients []string `json:"recipients,omitempty"`
	Subject    string   `json:"subject,omitempty"`
	Text       string   `json:"text,omitempty"`
}

// The states of a delivery. Sending that is found at a start was cut off: folders and SFTP servers are asked what arrived;
// of a mail nobody can know, so it is unknown and waits for a person.
const (
	Prepared = "prepared"
	Sending  = "sending"
	Sent     = "sent"
	Unknown  = "unknown"
	Dropped  = "dropped"
)

type deliveryStore interface {
	// AddDeliveries writes all of a run's deliveries at once, prepared.
	AddDeliveries(ctx context.Context, all []Delivery) error
	// OpenDeliveries lists what is prepared, sending or unknown, oldest first; of all timers for 0.
	OpenDeliveries(ctx context.Context, timerID int64) ([]Delivery, error)
	// Deliveries lists those of a run, or the newest of a timer.
	Deliveries(ctx context.Context, runID, timerID int64, limit int) ([]Delivery, error)
	Delivery(ctx context.Context, id int64) (Delivery, error)
	// MoveDelivery writes name, state, attempts and problem if the state still is expected.
	MoveDelivery(ctx context.Context, d Delivery, expected string) (bool, error)
}

// spool makes a passing file in the outgoing folder.
func (j *Jobs) spool(pattern string) (*os.File, error) {
	if err := os.MkdirAll(j.outgoing, 0o700); err != nil {
		return nil, fault.Wrap(err, fault.Full, "The workspace folder cannot be written.", "Allow writing to it.")
	}
	file, err := os.CreateTemp(j.outgoing, pattern)
	if err != nil {
		return nil, fault.Wrap(err, fault.Full, "The workspace folder cannot be written.", "Free some space there, and allow writing.")
	}
	return file, nil
}

func discard(file *os.File) {
	_ = file.Close()
	_ = os.Remove(file.Name())
}

func (j *Jobs) spooled(d Delivery) string { return filepath.Join(j.outgoing, d.Spool) }

// mostWaiting bounds how many files of one job wait to be sent while its target does not take them.
const mostWaiting = 200

// export does one run of an export job: first what is still to be sent, then what is new. before is the job's run before
// this one; recovering says that it was cut off: then nothing new is made if it had come to sending.
func (j *Jobs) export(ctx context.Context, t journal.Timer, config Config, run *journal.Run, before journal.Run, recovering bool) (err error) {
	defer func() { err = errors.Join(err, j.countUnknown(context.WithoutCancel(ctx), t.ID, run)) }()
	made := false
	if recovering && before.ID != 0 {
		earlier, err := j.store.Deliveries(ctx, before.ID, 0, 1)
		if err != nil {
			return err
		}
		made = len(earlier) > 0
	}
	trouble := j.deliverOpen(ctx, t.ID, run)
	switch {
	case made:
		run.Title = "Finished what was cut off: " + t.Name
		return trouble
	case trouble != nil && (fault.Is(trouble, fault.Cancelled) || j.crowded(ctx, t.ID)):
		return trouble
	case trouble != nil && !config.Replace:
		// The target does not take it: what is new is made all the same, and waits behind it.
		return errors.Join(trouble, j.produce(ctx, t, config, run))
	}
	if err := j.produce(ctx, t, config, run); err != nil {
		return err
	}
	return j.deliverOpen(ctx, t.ID, run)
}

// countUnknown counts what waits for a person, in the run that leaves it.
func (j *Jobs) countUnknown(ctx context.Context, timerID int64, run *journal.Run) error {
	open, err := j.store.OpenDeliveries(ctx, timerID)
	for _, d := range open {
		if d.State == Unknown {
			run.Counts["unknown"]++
		}
	}
	return err
}

func (j *Jobs) crowded(ctx context.Context, timerID int64) bool {
	open, err := j.store.OpenDeliveries(ctx, timerID)
	return err != nil || len(open) >= mostWaiting
}

// produce makes the files of an export and writes down that they are to be sent.
func (j *Jobs) produce(ctx context.Context, t journal.Timer, config Config, run *journal.Run) error {
	var files []*part
	defer func() {
		for _, f := range files {
			f.abandon()
		}
	}()
	exported, err := j.exporter.Export(ctx, config.Template, func(name string) (io.WriteCloser, error) {
		file, err := j.spool("send-*")
		if err != nil {
			return nil, err
		}
		f := &part{File: file, name: name, sum: sha256.New()}
		files = append(files, f)
		return f, nil
	})
	if err != nil {
		return err
	}
	rows := rowsOf(exported)
	run.Counts["rows"] += rows
	if rows == 0 && !config.SendEmpty {
		run.Counts["nothing"] = 1
		return nil
	}
	deliveries, err := j.deliveries(t, config, run, files)
	if err != nil {
		return err
	}
	if err := j.store.AddDeliveries(ctx, deliveries); err != nil {
		return err
	}
	files = nil // they are spoken for
	if config.Replace {
		return j.dropOlder(ctx, t.ID, run.ID)
	}
	return nil
}

// rowsOf is how many rows an export wrote.
func rowsOf(r journal.Run) int {
	if n, counted := r.Counts["rows"]; counted {
		return n
	}
	return int(r.Done)
}

// dropOlder drops what waits of earlier runs: a file that replaces the one before has made it old.
func (j *Jobs) dropOlder(ctx context.Context, timerID, runID int64) error {
	open, err := j.store.OpenDeliveries(ctx, timerID)
	if err != nil {
		return err
	}
	for _, d := range open {
		if d.RunID != runID && d.State == Prepared {
			if err := j.settled(ctx, d, Dropped, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// part is one file of an export while it is written.
type part struct {
	*os.File

	name string
	sum  interface {
		io.Writer
		Sum([]byte) []byte
	}
	size   int64
	closed bool
}

func (p *part) Write(text []byte) (int, error) {
	n, err := p.File.Write(text)
	_, _ = p.sum.Write(text[:n])
	p.size += int64(n)
	return n, err
}

// Close has the file on disk.
func (p *part) Close() error {
	if p.closed {
		return nil
	}
	p.closed = true
	return errors.Join(p.Sync(), p.File.Close())
}

func (p *part) abandon() {
	_ = p.Close()
	_ = os.Remove(p.Name())
}

func (j *Jobs) deliveries(t journal.Timer, config Config, run *journal.Run, files []*part) ([]Delivery, error) {
	at := j.store.Now().Time()
	if plan, err := scheduleZone(t); err == nil {
		at = at.In(plan)
	}
	target := Target{To: config.To, Folder: config.Folder, Server: config.Server, Replace: config.Replace, Recipients: config.Recipients,
		Subject: config.Subject, Text: config.Text}
	var all []Delivery
	for i, file := range files {
		if err := file.Close(); err != nil {
			return nil, fault.Wrap(err, fault.Full, "The export could not be written.", "Free some space on the workspace's disk.")
		}
		n := naming{name: file.name, at: at}
		if len(files) > 1 {
			n.part = i + 1
		}
		name, err := fileName(config.FileName, n)
		if err != nil {
			return nil, err
		}
		all = append(all, Delivery{TimerID: t.ID, RunID: run.ID, Target: target, Name: name, Spool: filepath.Base(file.Name()), Size: file.size,
			SHA256: hex.EncodeToString(file.sum.Sum(nil)), MessageID: rand.Text() + "@tradepost.invalid", State: Prepared})
	}
	return all, nil
}

// deliverOpen sends what is still to be sent of a job, oldest first; at the first trouble of the target the rest waits.
func (j *Jobs) deliverOpen(ctx context.Context, timerID int64, run *journal.Run) error {
	open, err := j.store.OpenDeliveries(ctx, timerID)
	if err != nil {
		return err
	}
	for _, d := range open {
		if d.State == Unknown {
			continue
		}
		if err := ctx.Err(); err != nil {
			return closing(err)
		}
		if err := j.deliver(ctx, d, run); err != nil {
			return closing(err)
		}
	}
	return nil
}

// deliver sends one file, or finds out what became of one that was cut off.
func (j *Jobs) deliver(ctx context.Context, d Delivery, run *journal.Run) error {
	if _, err := os.Stat(j.spooled(d)); err != nil && d.State == Prepared {
		lost := fault.Wrap(err, fault.NotFound, "The file "+d.Name+" that was to be sent is gone from the workspace.", "Run the schedule again to make a new one.")
		return errors.Join(lost, j.settled(ctx, d, Dropped, lost))
	}
	if d.Target.To == ToMail {
		return j.mail(ctx, d, run)
	}
	place, err := j.placeOf(ctx, d.Target)
	if err != nil {
		return errors.Join(err, j.waits(ctx, d, d.State, err))
	}
	defer func() { _ = place.Close() }()
	if d.State == Sending {
		settled, err := j.findOut(ctx, place, &d, run)
		if err != nil || settled {
			return err
		}
	}
	return j.put(ctx, place, d, run)
}

func (j *Jobs) placeOf(ctx context.Context, t Target) (transport.Place, error) {
	if t.To == ToFolder {
		return transport.OpenFolder(t.Folder)
	}
	server, err := j.serverOf(ctx, t.Server, SFTPServer)
	if err != nil {
		return nil, err
	}
	return j.dial(ctx, server, t.Folder)
}

// findOut asks the target what became of a file whose sending was cut off. Our file under its name: it arrived. Its half
// under the passing name: it did not, and goes again. Neither: it may have arrived and been taken away, which nobody can
// tell from here, so a person says; only a file that replaces another goes again without harm.
func (j *Jobs) findOut(ctx context.Context, place transport.Place, d *Delivery, run *journal.Run) (settled bool, err error) {
	there, err := sameThere(ctx, place, *d)
	if err != nil {
		return false, err
	}
	if there {
		run.Counts["sent"]++
		return true, j.settled(ctx, *d, Sent, nil)
	}
	half, err := transport.Half(ctx, place, d.Name, d.mark())
	if err != nil {
		return false, err
	}
	if half || d.Target.Replace {
		return false, nil
	}
	return true, j.settled(ctx, *d, Unknown, fault.New(fault.Unknown, "It is not known whether "+d.Name+" arrived: sending was cut off, and it is not there now.",
		"Ask the receiver. Then say so here: sent, or send it again. It is never sent twice by itself."))
}

// mark names a delivery in the passing name of its file, the same at each try.
func (d Delivery) mark() string { return d.SHA256[:min(len(d.SHA256), 8)] }

// sameThere reports whether our file lies at the target under its name, by its content.
func sameThere(ctx context.Context, place transport.Place, d Delivery) (bool, error) {
	item, err := place.Stat(ctx, d.Name)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	if err != nil || item.Size != d.Size {
		return false, err
	}
	source, err := place.Open(ctx, d.Name)
	if err != nil {
		return false, err
	}
	defer func() { _ = source.Close() }()
	sum := sha256.New()
	if _, err := io.Copy(sum, source); err != nil {
		return false, err
	}
	return hex.EncodeToString(sum.Sum(nil)) == d.SHA256, nil
}

// put sends a file to a folder or an SFTP server, under the first name that is free.
func (j *Jobs) put(ctx context.Context, place transport.Place, d Delivery, run *journal.Run) error {
	plain := d.Name
	for n := 2; ; n++ {
		expected := d.State
		d.State, d.Attempts, d.Problem = Sending, d.Attempts+1, nil
		if won, err := j.store.MoveDelivery(ctx, d, expected); err != nil || !won {
			return err
		}
		err := j.putFile(ctx, place, d)
		switch {
		case err == nil:
			run.Counts["sent"]++
			return j.settled(context.WithoutCancel(ctx), d, Sent, nil)
		case fault.Is(err, fault.Conflict) && n < 1000:
			d.Name = numbered(plain, n)
		case fault.Is(err, fault.Unknown):
			return err // it stays sending: the next run asks the target
		default:
			return errors.Join(err, j.waits(context.WithoutCancel(ctx), d, Prepared, err))
		}
	}
}

func (j *Jobs) putFile(ctx context.Context, place transport.Place, d Delivery) error {
	file, err := os.Open(j.spooled(d))
	if err != nil {
		return fmt.Errorf("reading file to send: %w", err)
	}
	defer func() { _ = file.Close() }()
	return place.Put(ctx, d.Name, file, transport.Put{Mark: d.mark(), Replace: d.Target.Replace})
}

// mail sends a file by mail. One whose sending was cut off is never sent again by itself.
func (j *Jobs) mail(ctx context.Context, d Delivery, run *journal.Run) error {
	if d.State == Sending {
		return j.settled(ctx, d, Unknown, fault.New(fault.Unknown, "It is not known whether the mail with "+d.Name+" went out: Tradepost ended while it was sent.",
			"Ask the receiver. Then say so here: sent, or send it again. It is never sent twice by itself."))
	}
	server, err := j.serverOf(ctx, d.Target.Server, MailServer)
	if err != nil {
		return errors.Join(err, j.waits(ctx, d, Prepared, err))
	}
	expected := d.State
	d.State, d.Attempts, d.Problem = Sending, d.Attempts+1, nil
	if won, err := j.store.MoveDelivery(ctx, d, expected); err != nil || !won {
		return err
	}
	letter := transport.Letter{To: d.Target.Recipients, Subject: or(d.Target.Subject, d.Name), Text: or(d.Target.Text, "Attached: "+d.Name+"\n"),
		MessageID: d.MessageID, Files: []transport.Attachment{{Name: d.Name, Path: j.spooled(d), Size: d.Size}}}
	err = j.post(ctx, server, letter)
	last := context.WithoutCancel(ctx)
	switch {
	case err == nil:
		run.Counts["sent"]++
		return j.settled(last, d, Sent, nil)
	case fault.Is(err, fault.Unknown):
		return j.settled(last, d, Unknown, err)
	}
	return errors.Join(err, j.waits(last, d, Prepared, err))
}

// waits has a file wait for the next run, in the given state, with what kept it.
func (j *Jobs) waits(ctx context.Context, d Delivery, state string, trouble error) error {
	expected := d.State
	problem := problemOf(trouble)
	d.State, d.Problem = state, &problem
	_, err := j.store.MoveDelivery(ctx, d, expected)
	return err
}

// settled writes what became of a delivery; the file is thrown away when that is sure.
func (j *Jobs) settled(ctx context.Context, d Delivery, state string, trouble error) error {
	expected := d.State
	d.State, d.Problem = state, nil
	if trouble != nil {
		problem := problemOf(trouble)
		d.Problem = &problem
	}
	won, err := j.store.MoveDelivery(ctx, d, expected)
	if err == nil && won && (state == Sent || state == Dropped) {
		_ = os.Remove(j.spooled(d)) // what stays lying is swept at the next start
	}
	return err
}

// Decide is what a person says of a delivery that is not settled: sent (it arrived), again, dropped.
func (j *Jobs) Decide(ctx context.Context, id int64, decision string) (Delivery, error) {
	d, err := j.store.Delivery(ctx, id)
	if err != nil {
		return d, err
	}
	if d.State != Unknown && d.State != Prepared {
		return d, fault.New(fault.Conflict, "This is settled: "+d.State+".", "")
	}
	switch decision {
	case Sent, Dropped:
		err = j.settled(ctx, d, decision, nil)
	case "again":
		expected := d.State
		d.State, d.Problem = Prepared, nil
		if _, err = os.Stat(j.spooled(d)); err != nil {
			return d, fault.Wrap(err, fault.NotFound, "The file is gone from the workspace.", "Run the schedule again to make a new one.")
		}
		_, err = j.store.MoveDelivery(ctx, d, expected)
	default:
		err = fault.New(fault.Invalid, "What is to become of it?", "Say sent, again or dropped.").InField("decision")
	}
	if err != nil {
		return d, err
	}
	return j.store.Delivery(ctx, id)
}

// Sweep removes files from the outgoing folder that nothing speaks of: a crash left them. Call it before anything runs.
func (j *Jobs) Sweep(ctx context.Context) error {
	open, err := j.store.OpenDeliveries(ctx, 0)
	if err != nil {
		return err
	}
	wanted := map[string]bool{}
	for _, d := range open {
		wanted[d.Spool] = true
	}
	entries, err := os.ReadDir(j.outgoing)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	for _, entry := range entries {
		if !wanted[entry.Name()] {
			_ = os.Remove(filepath.Join(j.outgoing, entry.Name()))
		}
	}
	return err
}

// TargetText is a target as the database keeps it.
func TargetText(t Target) string {
	text, _ := json.Marshal(t) // plain fields: nothing can fail
	return string(text)
}
