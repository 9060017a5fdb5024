package main

import (
	"io"
	"log/slog"
	"os"

	"tradepost/backend/workspace"
)

// logLimit is how large the log may grow before it is begun anew; the one before is kept beside it.
const logLimit = 4 << 20

// logInto writes the log of a head that stays into the workspace folder, warnings to errOut as well.
func logInto(dir *workspace.Dir, errOut io.Writer) io.Closer {
	file := logFile(dir, slog.NewTextHandler(errOut, &slog.HandlerOptions{Level: slog.LevelWarn}))
	slog.Info("tradepost starts", "version", version)
	return file
}

// logFile has all that is logged written into the workspace folder, and handled by more. Without a log file Tradepost
// runs all the same.
func logFile(dir *workspace.Dir, more ...slog.Handler) io.Closer {
	path := dir.Log()
	if stat, err := os.Stat(path); err == nil && stat.Size() > logLimit {
		_ = os.Rename(path, path+".1") // a log that cannot be put aside just grows on
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		slog.Warn("opening the log", "error", err)
		return io.NopCloser(nil)
	}
	slog.SetDefault(slog.New(slog.NewMultiHandler(append(more, slog.NewTextHandler(file, &slog.HandlerOptions{Level: slog.LevelInfo}))...)))
	return file
}
