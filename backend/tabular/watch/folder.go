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

// report is written beside a file that was dealt with.
type report struct {
	File     string          `json:"file"`
	At       string          `json:"at"`
	Import   string          `json:"import,omitempty"`
	Channel  string          `json:"channel,omitempty"`
	Format   string          `json:"format,omitempty"`
	Rows     int             `json:"rows"`
	Orders   tabular.Counts  `json:"orders"`
	Problems []fault.Problem `json:"problems"`
}

// one imports one file and moves it away after the import is on disk. A crash in between leaves the file: the next look
// finds every order the same and moves it then.
func (l *look) one(ctx context.Context, name string) error {
	i, err := l.importFile(ctx, name)
	if err != nil && Stops(err) {
		return err
	}
	l.count(i, err)
	outcome := report{File: name, At: l.w.store.Now().String(), Format: i.Format, Channel: i.Channel, Rows: i.Rows, Orders: i.Counts, Problems: []fault.Problem{}}
	if i.ID != 0 {
		outcome.Import = fmt.Sprint(i.ID)
	}
	target := "done"
	if err != nil {
		target, outcome.Problems = "failed", []fault.Problem{fault.ProblemOf(err)}
	} else if i.Counts.Error > 0 {
		if outcome.Problems, _, err = l.w.imports.Problems(ctx, i.ID, 1000); err != nil {
			return err
		}
	}
	moved, err := l.move(name, target)
	if err != nil {
		return err
	}
	return l.beside(ctx, moved, i, outcome)
}

// Stops tells trouble of the whole look (disk full, closing) from trouble with one file.
func Stops(err error) bool {
	return errors.Is(err, context.Canceled) || fault.Is(err, fault.Full) || fault.Is(err, fault.Unavailable) || fault.Is(err, fault.Cancelled)
}

func (l *look) count(i tabular.Import, err error) {
	Count(l.run, i, err)
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

func (l *look) importFile(ctx context.Context, name string) (tabular.Import, error) {
	source, err := os.Open(filepath.Join(l.config.Folder, name))
	if err != nil {
		return tabular.Import{}, fault.Wrap(err, fault.Invalid, name+" cannot be read.", "Allow reading it.")
	}
	defer func() { _ = source.Close() }()
	return l.w.Take(ctx, name, source, l.config, l.run)
}

// Take keeps and imports one file as config says, as part of run.
func (w *Watcher) Take(ctx context.Context, name string, source io.Reader, config Config, run *journal.Run) (tabular.Import, error) {
	file, _, err := w.imports.Receive(ctx, name, source)
	if err != nil && (file.ID == 0 || config.Format == "" || config.Format == "auto") {
		return tabular.Import{}, err
	}
	i, err := w.imports.Whole(ctx, tabular.Request{FileID: file.ID, FileName: name, Format: config.Format, Channel: config.Channel,
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
func (l *look) beside(ctx context.Context, moved string, i tabular.Import, outcome report) error {
	text, err := json.MarshalIndent(outcome, "", "  ")
	if err != nil {
		return fmt.Errorf("writing report: %w", err)
	}
	if err := os.WriteFile(moved+".report.json", append(text, '\n'), 0o644); err != nil { //nolint:gosec // as above
		return fault.Wrap(err, fault.Full, "The report of "+filepath.Base(moved)+" cannot be written.", "Allow writing to the watched folder.")
	}
	if i.Counts.Error == 0 {
		return nil
	}
	extension := filepath.Ext(moved)
	failed, err := os.Create(strings.TrimSuffix(moved, extension) + ".failed-rows" + extension)
	if err != nil {
		return fmt.Errorf("writing failed rows: %w", err)
	}
	return errors.Join(l.w.imports.FailedRows(ctx, i.ID, failed), failed.Close())
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
