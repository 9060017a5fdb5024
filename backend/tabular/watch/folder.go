package watch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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
		if err != nil || !info.Mode().IsRegular() || Passing(entry.Name()) {
			continue
		}
		files = append(files, sighting{entry.Name(), info.Size(), info.ModTime()})
	}
	return files, nil
}

// Passing reports whether a name is one that other programs give to what is not finished: hidden files, half downloads,
// editor locks.
func Passing(name string) bool {
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

// Part is what became of one file: the one that lay there, or one in an archive that did.
type Part struct {
	Name    string
	Import  tabular.Import
	Err     error
	LeftOut bool // a file in an archive that nobody knows, beside others
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
		if p.Err != nil && !p.LeftOut {
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
func (l *look) reportOn(ctx context.Context, p Part) (report, error) {
	r := report{File: p.Name, At: l.w.store.Now().String(), Format: p.Import.Format, Channel: p.Import.Channel, Rows: p.Import.Rows, Orders: p.Import.Counts, Problems: []fault.Problem{}}
	if p.Import.ID != 0 {
		r.Import = fmt.Sprint(p.Import.ID)
	}
	if !p.LeftOut {
		Count(l.run, p.Import, p.Err)
	}
	var err error
	if p.Err != nil {
		r.Problems = []fault.Problem{fault.ProblemOf(p.Err)}
	} else if p.Import.Counts.Error > 0 {
		r.Problems, _, err = l.w.imports.Problems(ctx, p.Import.ID, 1000)
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

// Stops tells trouble of the whole look (disk full, closing) from trouble with one file.
func Stops(err error) bool {
	return errors.Is(err, context.Canceled) || fault.Is(err, fault.Full) || fault.Is(err, fault.Unavailable) || fault.Is(err, fault.Cancelled)
}

// Count adds one file's import to the counts of the run that made it.
func Count(run *journal.Run, i tabular.Import, err error) {
	run.Counts["files"]++
	if err != nil {
		run.Counts["failed"]++
		return
	}
	run.Counts["new"] += i.Counts.New
	run.Counts["changed"] += i.Counts.Changed
	run.Counts["same"] += i.Counts.Same
	run.Counts["skipped"] += i.Counts.Skipped
	run.Counts["error"] += i.Counts.Error
}

func (l *look) importFile(ctx context.Context, name string) ([]Part, error) {
	source, err := os.Open(filepath.Join(l.config.Folder, name))
	if err != nil {
		return []Part{{Name: name, Err: fault.Wrap(err, fault.Invalid, name+" cannot be read.", "Allow reading it.")}}, nil
	}
	defer func() { _ = source.Close() }()
	return l.w.Take(ctx, name, source, l.config, l.run)
}

// Take keeps and imports a file, or every file in an archive, as config says and as part of run. It gives one part at
// least; the error is trouble of the whole look.
func (w *Watcher) Take(ctx context.Context, name string, source io.Reader, config Config, run *journal.Run) ([]Part, error) {
	all, err := w.imports.ReceiveAll(ctx, name, source)
	if err != nil && Stops(err) {
		return nil, err
	}
	if err != nil {
		return []Part{{Name: name, Err: err}}, nil
	}
	auto := config.Format == "" || config.Format == "auto"
	var parts []Part
	for _, r := range all {
		p := Part{Name: r.File.Name, Err: r.Unknown, LeftOut: len(parts) > 0}
		if r.Unknown == nil || !auto {
			p.LeftOut = false
			p.Import, p.Err = w.importOne(ctx, r.File, config, run)
		}
		if p.Err != nil && Stops(p.Err) {
			return nil, p.Err
		}
		parts = append(parts, p)
	}
	return parts, nil
}

func (w *Watcher) importOne(ctx context.Context, file tabular.File, config Config, run *journal.Run) (tabular.Import, error) {
	i, err := w.imports.Whole(ctx, tabular.Request{FileID: file.ID, FileName: file.Name, Format: config.Format, Channel: config.Channel,
		Mode: config.Mode, Cause: journal.BySchedule, TimerID: run.TimerID})
	if err != nil {
		return i, err
	}
	run.ImportID = i.ID
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
func (l *look) beside(ctx context.Context, moved string, parts []Part, outcome report) error {
	text, err := json.MarshalIndent(outcome, "", "  ")
	if err != nil {
		return fmt.Errorf("writing report: %w", err)
	}
	if err := os.WriteFile(moved+".report.json", append(text, '\n'), 0o644); err != nil { //nolint:gosec // as above
		return fault.Wrap(err, fault.Full, "The report of "+filepath.Base(moved)+" cannot be written.", "Allow writing to the watched folder.")
	}
	base := strings.TrimSuffix(moved, filepath.Ext(moved))
	for _, p := range parts {
		if p.Import.Counts.Error == 0 {
			continue
		}
		if err := l.failedRows(ctx, p, base, len(parts) > 1); err != nil {
			return err
		}
	}
	return nil
}

// failedRows writes the failed rows of a file; of one among several beside the archive, under both names.
func (l *look) failedRows(ctx context.Context, p Part, base string, several bool) error {
	name := l.w.imports.FailedRowsName(ctx, p.Import)
	if several {
		inner := p.Name[strings.LastIndex(p.Name, archive.Joint)+len(archive.Joint):]
		base += " - " + strings.TrimSuffix(inner, filepath.Ext(inner))
	}
	failed, err := os.Create(base + ".failed-rows" + filepath.Ext(name))
	if err != nil {
		return fmt.Errorf("writing failed rows: %w", err)
	}
	return errors.Join(l.w.imports.FailedRows(ctx, p.Import.ID, failed), failed.Close())
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
		if entry.Type().IsRegular() && !strings.HasSuffix(entry.Name(), ".report.json") && !Passing(entry.Name()) {
			n++
		}
	}
	return n
}
