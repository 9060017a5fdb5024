// Tradepost is unified commerce on the merchant's own desk. This file picks the head: the window (no command) or a
// command; wiring only.
package main

import (
	"context"
	"embed"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"
	_ "time/tzdata" // schedules and files name zones; not every computer has the list

	"tradepost/backend/api"
	"tradepost/backend/cli"
	"tradepost/backend/store"
	"tradepost/backend/workspace"
)

//go:embed all:frontend/dist
var assets embed.FS

var version = "dev"

// leastProcs is how many goroutines may run at once, even on fewer processors: one that is inside SQLite holds its place
// among them, and a page that is asked for would wait for a place behind an import. The system then shares its processors
// among their threads, in finer turns than Go would.
const leastProcs = 4

func main() {
	runtime.GOMAXPROCS(max(runtime.GOMAXPROCS(0), leastProcs))
	attachConsole()
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

func run(args []string, out, errOut io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends what does not heed the first
	slog.SetDefault(slog.New(slog.NewTextHandler(errOut, &slog.HandlerOptions{Level: slog.LevelWarn})))
	return cli.Run(ctx, program(), args, out, errOut)
}

func program() cli.Program {
	return cli.Program{
		Version: version, DefaultPath: workspace.DefaultPath(),
		Reach: reach, Serve: serve, Window: openWindow, Restore: restore, Practise: practise, Answer: answerCallers,
		Describe: api.Describe,
	}
}

// openDir opens the workspace folder, telling it the program's version.
func openDir(path string) (*workspace.Dir, error) {
	dir, err := workspace.Open(path)
	if err == nil {
		dir.Version = version
	}
	return dir, err
}

// reach finds the owner of the workspace, or becomes it for the length of one command.
func reach(ctx context.Context, path string, works bool) (http.RoundTripper, func() error, error) {
	dir, err := openDir(path)
	if err != nil {
		return nil, nil, err
	}
	lock, client, err := workspace.Claim(ctx, dir)
	if err != nil {
		return nil, nil, err
	}
	if client != nil {
		return client, func() error { return nil }, nil
	}
	log := logFile(dir) // the person gets words, whatever else happened stands there
	h := newHouse(dir, "command")
	if err := h.open(ctx, lock, duties{resume: works}); err != nil {
		_ = log.Close()
		return nil, nil, err
	}
	transport, err := dir.Dial()
	if err != nil {
		_ = errors.Join(h.Close(), log.Close())
		return nil, nil, err
	}
	return transport, func() error { return errors.Join(h.Close(), log.Close()) }, nil
}

// restore needs the workspace for itself: nobody may have the database open while it is replaced.
func restore(ctx context.Context, path, file string) error {
	dir, err := openDir(path)
	if err != nil {
		return err
	}
	lock, err := dir.Lock()
	if err != nil {
		return err
	}
	defer func() { _ = lock.Close() }()
	return store.Restore(ctx, dir.Path(), file, time.Now())
}
