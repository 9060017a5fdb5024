package export

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"tradepost/backend/fault"
	"tradepost/backend/journal"
)

// waitsFor is how long files wait to be fetched. They hold what people ordered, so they are not kept longer.
const waitsFor = time.Hour

// waiting are the files of an export that wait to be fetched.
type waiting struct {
	folder string
	files  []string
	until  time.Time
}

// SpoolIn names the folder in which files wait to be fetched. What an earlier process left there is removed.
func (e *Exporter) SpoolIn(folder string) {
	e.spool = folder
	if err := os.RemoveAll(folder); err != nil {
		slog.Warn("removing files that waited to be fetched", "error", err)
	}
}

// Close stops all exports that were begun by Begin, waits for them, and removes what waits.
func (e *Exporter) Close() {
	e.stop()
	e.jobs.Wait()
	if e.spool != "" {
		_ = os.RemoveAll(e.spool)
	}
}

// Begin starts an export in the background: to a path of this computer, or, with path "", into files that wait to be
// fetched by Open. done is closed when it ended.
func (e *Exporter) Begin(ctx context.Context, request Request, path string) (run journal.Run, done <-chan struct{}, err error) {
	folder, err := e.folder(path)
	if err != nil {
		return run, nil, err
	}
	staging := NewStaging(folder)
	request.Destination = "download"
	if path != "" {
		request.Name, request.Destination = filepath.Base(path), folder
	}
	w, err := e.start(ctx, request, staging.Create)
	if err != nil {
		e.forget(path, folder)
		return run, nil, err
	}
	ended := make(chan struct{})
	run = w.run
	e.jobs.Go(func() {
		defer close(ended)
		defer staging.Discard()
		result, err := e.carryOut(e.root, w, staging.Commit)
		if err != nil {
			e.forget(path, folder)
			return
		}
		if path == "" {
			e.wait(result, folder)
		}
	})
	return run, ended, nil
}

// folder is where the files of an export are made.
func (e *Exporter) folder(path string) (string, error) {
	if path != "" {
		folder := filepath.Dir(path)
		if stat, err := os.Stat(folder); !filepath.IsAbs(path) || err != nil || !stat.IsDir() {
			return "", fault.Wrap(err, fault.NotFound, "There is no folder "+folder+".", "Choose a folder that is there.").InField("path")
		}
		if stat, err := os.Stat(path); err == nil && stat.IsDir() {
			return "", fault.New(fault.Invalid, path+" is a folder.", "Name a file in it.").InField("path")
		}
		return folder, nil
	}
	e.sweep()
	if e.spool == "" {
		return "", fault.New(fault.Unavailable, "Files cannot be fetched here.", "Name a path.").InField("path")
	}
	if err := os.MkdirAll(e.spool, 0o700); err != nil {
		return "", fault.Wrap(err, fault.Full, "The workspace takes no files.", "Check that its disk is not full and may be written.")
	}
	folder, err := os.MkdirTemp(e.spool, "export-")
	if err != nil {
		return "", fault.Wrap(err, fault.Full, "The workspace takes no files.", "Check that its disk is not full and may be written.")
	}
	return folder, nil
}

func (e *Exporter) forget(path, folder string) {
	if path == "" {
		_ = os.RemoveAll(folder)
	}
}

func (e *Exporter) wait(result Result, folder string) {
	w := waiting{folder: folder, until: time.Now().Add(waitsFor)}
	for _, f := range result.Files {
		w.files = append(w.files, f.Name)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.waits[result.Run.ID] = w
}

// sweep removes files that waited too long.
func (e *Exporter) sweep() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for id, w := range e.waits {
		if time.Now().After(w.until) {
			_ = os.RemoveAll(w.folder)
			delete(e.waits, id)
		}
	}
}

// Waiting lists the files of an export that can be fetched.
func (e *Exporter) Waiting(runID int64) []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.waits[runID].files)
}

// Open opens a file that waits, by its place in the list from 1.
func (e *Exporter) Open(runID int64, number int) (*os.File, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	w, ok := e.waits[runID]
	if !ok || number < 1 || number > len(w.files) {
		return nil, fault.New(fault.NotFound, "File "+strconv.Itoa(number)+" of this export does not wait here any more.", "Export again; files wait for an hour.")
	}
	file, err := os.Open(filepath.Join(w.folder, w.files[number-1]))
	if err != nil {
		return nil, fault.Wrap(err, fault.NotFound, "The file is gone.", "Export again.")
	}
	return file, nil
}
