package job_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"tradepost/backend/syncing"
	"tradepost/backend/tabular/job"
	"tradepost/backend/transport/transporttest"
)

// A concern is told and mailed once, by its kind; when it has gone and comes back, it is told anew.
func TestConcerns(t *testing.T) {
	b, server := on(t), transporttest.ServeMail(t, false, 0)
	ctx := context.Background()
	must(t, b.s.SetSettings(ctx, map[string]string{job.AlarmServerSetting: fmt.Sprint(b.mailServer(server)), job.AlarmToSetting: "me@example.com"}, -1))
	var connection syncing.Connection
	must(t, b.s.InSyncTx(ctx, false, func(tx syncing.Tx) error {
		at, err := tx.EnsureChannel("Market", "other")
		if err != nil {
			return err
		}
		connection = syncing.Connection{Name: "Market", Connector: "stall", ChannelID: at.ID, Approval: syncing.Ask}
		return tx.InsertConnection(&connection)
	}))
	var told []string
	check := func(kinds ...string) {
		t.Helper()
		var concerns []job.Concern
		for _, kind := range kinds {
			concerns = append(concerns, job.Concern{ConnectionID: connection.ID, Kind: kind, Title: "“Market” needs you", Words: "It is " + kind + ".", Remedy: "Look."})
		}
		must(t, b.jobs.CheckConcerns(ctx, concerns, func(a job.Alarm) { told = append(told, a.Words) }))
	}
	check("trouble")
	check("trouble", "silent")
	check("trouble", "silent")
	if fmt.Sprint(told) != "[It is trouble. It is silent.]" || len(server.Letters()) != 2 {
		t.Fatalf("told %v, %d letters", told, len(server.Letters()))
	}
	if letter := server.Letters()[0]; !strings.Contains(letter, "me@example.com") || !strings.Contains(letter, "Connections") {
		t.Errorf("mailed %s", letter)
	}
	check("silent")
	check("trouble", "silent")
	if len(told) != 3 {
		t.Errorf("told %v", told)
	}
	must(t, b.s.InSyncTx(ctx, false, func(tx syncing.Tx) error { return tx.DeleteConnection(connection.ID) }))
	if raised, err := b.s.RaisedConcerns(ctx); err != nil || len(raised) != 0 {
		t.Errorf("of a removed connection: %v, %v", raised, err)
	}
}
