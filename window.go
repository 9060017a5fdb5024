package main

import (
	"context"
	"fmt"
	"net/http"
	"os"

	"tradepost/backend/fault"
	"tradepost/backend/workspace"
)

// openWindow opens the window on a workspace; when one is open already, it asks that one to come to the front.
func openWindow(ctx context.Context, path string) error {
	dir, err := openDir(path)
	if err != nil {
		return err
	}
	lock, client, err := workspace.Claim(ctx, dir)
	if err != nil {
		return err
	}
	if client != nil {
		return raiseOther(client)
	}
	log := logInto(dir, os.Stderr)
	defer func() { _ = log.Close() }()
	h := newHouse(dir, "window")
	h.tray = hasTray()
	return runWindow(&behindWindow{house: h, lock: lock})
}

func raiseOther(client http.RoundTripper) error {
	answer, err := (&http.Client{Transport: client}).Post("http://tradepost.local/owner/raise", "", nil)
	if err != nil {
		return err
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusNoContent {
		return fault.New(fault.Conflict, "This workspace is being served by another Tradepost (tradepost serve, or a command).",
			"Use the address that one printed, or stop it and open the window again.")
	}
	_, _ = fmt.Fprintln(os.Stderr, "Tradepost is open already; its window comes to the front.")
	return nil
}

// behindWindow opens the house only once the window is there, so that people see something at once.
type behindWindow struct {
	*house
	lock *workspace.Ownership
}

// Open opens the workspace behind the window.
func (w *behindWindow) Open(ctx context.Context) error {
	return w.open(ctx, w.lock, duties{resume: true, schedule: true})
}
