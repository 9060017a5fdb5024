package watch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tradepost/backend/fault"
	"tradepost/backend/journal"
	"tradepost/backend/tabular"
	"tradepost/backend/tabular/archive"
)

// checkFolder gives the absolute path of a folder that is there and can be written.
func checkFolder(path string) (string, error) {
	if strings.TrimSpace(path) == "" {
		return "", fault.New(fault.Invalid, "Which folder?", "Name the folder that the files come into.").InField("folder")
	}
	folder, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("reading folder name: %w", err)
	}
	stat, err := os.Stat(folder)
	if err != nil {
		return "", fault.Wrap(err, fault.NotFound, "There is no folder "+folder+".", "Make it first, or correct the name.").InField("folder")
	}
	if !stat.IsDir() {
		return "", fault.New(fault.Invalid, folder+" is a file, not a folder.", "Name the folder that it lies in.").InField("folder")
	}
	return folder, nil
}

// look is one look into one folder.
type look struct {
	w      *Watcher
	config Config
	run    *journal.Run
	cause  journal.Cause
}

func (l *look) all(ctx context.Context) error {
	if _, err := checkFolder(l.config.Folder); err != nil {
		return err
	}
	names, err := l.stable(ctx)
	if err != nil {
		return err
	}
	for _, name := range names {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err := l.one(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

// stable lists the files whose size and time stand still. With no files there is nothing to wait for.
func (l *look) stable(ctx context.Context) ([]string, error) {
	before, err := list(l.config.Folder)
	if err != nil || len(before) == 0 {
		return nil, err
	}
	if err := l.w.settle(ctx); err != nil {
		return nil, err
	}
	after, err := list(l.config.Folder)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, file := range after {
		if was, ok := find(before, file.name); ok && was == file {
			names = append(names, file.name)
		}
	}
	l.run.Counts["growing"] = len(after) - len(names)
	return names, nil
}

type sighting struct {
	name     string
	size     int64
	modified time.Time
}

func find(all []sighting, name string) (sighting, bool) {
	for _, s := range all {
		if s.name == name {
			return s, true
		}
	}
	return sighting{}, false
}

// list names the files in the folder that are meant for us: no folders, hidden files, half downloads or editor locks.
func list(folder string) ([]sighting, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "The folder "+folder+" cannot be read.", "Allow reading it, or connect its drive.")
	}
	var files []sighting
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil || !info.Mode().IsRegular() || passing(entry.Name()) {
			continue
		}
		files = append(files, sighting{entry.Name(), info.Size(), info.ModTime()})
	}
	return files, nil
}

func passing(name string) bool {
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~") {
		return true
	}
	switch strings.ToLower(filepath.Ext(name)) {
	case ".part", ".tmp", ".crdownload", ".download", ".partial", ".filepart":
		return true
	}
	return false
}

// report is written beside a file that was dealt with. Of an archive it sums up, and has one of each file in it.
type report struct {
	File     string          `json:"file"`
	At       string          `json:"at"`
	Import   string          `json:"import,omitempty"`
	Channel  string          `json:"channel,omitempty"`
	Format   string          `json:"format,omitempty"`
	Rows     int             `json:"rows"`
	Orders   tabular.Counts  `json:"orders"`
	Problems []fault.Problem `json:"problems"`
	Files    []report        `json:"files,omitempty"`
}

// part is what became of one file: the one in the folder, or one in an archive that lies there.
type part struct {
	name    string
	i       tabular.Import
	err     error
	leftOut bool // a file in an archive that nobody knows, beside others
}

// one imports one file and moves it away after the import is on disk. A crash in between leaves the file: the next look
// finds every order the same and moves it then.
func (l *look) one(ctx context.Context, name string) error {
	parts, err := l.importFile(ctx, name)
	if err != nil {
		return err
	}
	outcome := report{File: name, At: l.w.store.Now().String(), Problems: []fault.Problem{}}
	target := "done"
	for _, p := range parts {
		r, err := l.reportOn(ctx, p)
		if err != nil {
			return err
		}
		if p.err != nil && !p.leftOut {
			target = "failed"
		}
		outcome.add(r, len(parts) > 1)
	}
	moved, err := l.move(name, target)
	if err != nil {
		return err
	}
	return l.beside(ctx, moved, parts, outcome)
}

// reportOn says what became of one file.
func (l *look) reportOn(ctx context.Context, p part) (report, error) {
	r := report{File: p.name, At: l.w.store.Now().String(), Format: p.i.Format, Channel: p.i.Channel, Rows: p.i.Rows, Orders: p.i.Counts, Problems: []fault.Problem{}}
	if p.i.ID != 0 {
		r.Import = fmt.Sprint(p.i.ID)
	}
	if !p.leftOut {
		l.count(p.i, p.err)
	}
	var err error
	if p.err != nil {
		r.Problems = []fault.Problem{fault.ProblemOf(p.err)}
	} else if p.i.Counts.Error > 0 {
		r.Problems, _, err = l.w.imports.Problems(ctx, p.i.ID, 1000)
	}
	return r, err
}

// add takes in what became of a file; of several they are listed.
func (r *report) add(one report, several bool) {
	if !several {
		one.File = r.File
		*r = one
		return
	}
	r.Rows += one.Rows
	r.Orders.New += one.Orders.New
	r.Orders.Changed += one.Orders.Changed
	r.Orders.Same += one.Orders.Same
	r.Orders.Skipped += one.Orders.Skipped
	r.Orders.Error += one.Orders.Error
	r.Orders.Warning += one.Orders.Warning
	r.Orders.Stale += one.Orders.Stale
	r.Files = append(r.Files, one)
}

// stops tells trouble of the whole look (disk full, closing) from trouble with one file.
func stops(err error) bool {
	return errors.Is(err, context.Canceled) || fault.Is(err, fault.Full) || fault.Is(err, fault.Unavailable) || fault.Is(err, fault.Cancelled)
}

func (l *look) count(i tabular.Import, err error) {
	l.run.Counts["files"]++
	if err != nil {
		l.run.Counts["failed"]++
		return
	}
	l.run.Counts["new"] += i.Counts.New
	l.run.Counts["changed"] += i.Counts.Changed
	l.run.Counts["same"] += i.Counts.Same
	l.run.Counts["skipped"] += i.Counts.Skipped
	l.run.Counts["error"] += i.Counts.Error
}

// importFile imports a file, or every file in an archive. The error is trouble of the whole look.
func (l *look) importFile(ctx context.Context, name string) ([]part, error) {
	all, err := l.receive(ctx, name)
	if err != nil {
		if stops(err) {
			return nil, err
		}
		return []part{{name: name, err: err}}, nil
	}
	auto := l.config.Format == "" || l.config.Format == "auto"
	var parts []part
	for _, r := range all {
		p := part{name: r.File.Name, err: r.Unknown, leftOut: len(parts) > 0}
		if r.Unknown == nil || !auto {
			p.leftOut = false
			p.i, p.err = l.importOne(ctx, r.File)
		}
		if p.err != nil && stops(p.err) {
			return nil, p.err
		}
		parts = append(parts, p)
	}
	return parts, nil
}

func (l *look) receive(ctx context.Context, name string) ([]tabular.Received, error) {
	source, err := os.Open(filepath.Join(l.config.Folder, name))
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, name+" cannot be read.", "Allow reading it.")
	}
	defer func() { _ = source.Close() }()
	return l.w.imports.ReceiveAll(ctx, name, source)
}

func (l *look) importOne(ctx context.Context, file tabular.File) (tabular.Import, error) {
	i, err := l.w.imports.Whole(ctx, tabular.Request{FileID: file.ID, FileName: file.Name, Format: l.config.Format, Channel: l.config.Channel,
		Mode: l.config.Mode, Cause: journal.BySchedule, TimerID: l.run.TimerID})
	if err != nil {
		return i, err
	}
	l.run.ImportID = i.ID
	if i.Problem != nil {
		return i, fault.New(fault.Code(i.Problem.Code), i.Problem.Message, i.Problem.Remedy)
	}
	return i, nil
}

// move puts a file into done/ or failed/; a name that is taken there gets a number.
func (l *look) move(name, target string) (string, error) {
	folder := filepath.Join(l.config.Folder, target)
	if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // the merchant's folder, read by their other programs
		return "", fault.Wrap(err, fault.Full, "The folder "+folder+" cannot be made.", "Allow writing to the watched folder.")
	}
	to := filepath.Join(folder, name)
	extension := filepath.Ext(name)
	for n := 2; taken(to); n++ {
		to = filepath.Join(folder, fmt.Sprintf("%s (%d)%s", strings.TrimSuffix(name, extension), n, extension))
	}
	if err := os.Rename(filepath.Join(l.config.Folder, name), to); err != nil {
		return "", fault.Wrap(err, fault.Full, name+" was imported but cannot be moved to "+folder+".", "Allow writing to the watched folder; nothing is doubled meanwhile.")
	}
	return to, nil
}

func taken(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// beside writes the report, and the failed rows where there are any.
func (l *look) beside(ctx context.Context, moved string, parts []part, outcome report) error {
	text, err := json.MarshalIndent(outcome, "", "  ")
	if err != nil {
		return fmt.Errorf("writing report: %w", err)
	}
	if err := os.WriteFile(moved+".report.json", append(text, '\n'), 0o644); err != nil { //nolint:gosec // as above
		return fault.Wrap(err, fault.Full, "The report of "+filepath.Base(moved)+" cannot be written.", "Allow writing to the watched folder.")
	}
	base := strings.TrimSuffix(moved, filepath.Ext(moved))
	for _, p := range parts {
		if p.i.Counts.Error == 0 {
			continue
		}
		if err := l.failedRows(ctx, p, base, len(parts) > 1); err != nil {
			return err
		}
	}
	return nil
}

// failedRows writes the failed rows of a file; of one among several beside the archive, under both names.
func (l *look) failedRows(ctx context.Context, p part, base string, several bool) error {
	name := l.w.imports.FailedRowsName(ctx, p.i)
	if several {
		inner := p.name[strings.LastIndex(p.name, archive.Joint)+len(archive.Joint):]
		base += " - " + strings.TrimSuffix(inner, filepath.Ext(inner))
	}
	failed, err := os.Create(base + ".failed-rows" + filepath.Ext(name))
	if err != nil {
		return fmt.Errorf("writing failed rows: %w", err)
	}
	return errors.Join(l.w.imports.FailedRows(ctx, p.i.ID, failed), failed.Close())
}

// Failed counts the files that lie in a watched folder's failed/: those that could not be imported and that nobody has
// dealt with. A folder that cannot be read counts none; its next look says so.
func Failed(c Config) int {
	entries, err := os.ReadDir(filepath.Join(c.Folder, "failed"))
	if err != nil {
		return 0
	}
	n := 0
	for _, entry := range entries {
		if entry.Type().IsRegular() && !strings.HasSuffix(entry.Name(), ".report.json") && !passing(entry.Name()) {
			n++
		}
	}
	return n
}
