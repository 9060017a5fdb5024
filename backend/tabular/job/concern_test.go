package job_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"tradepost/backend/commerce"
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
			concerns = append(concerns, job.Concern{Subject: job.Subject{ConnectionID: connection.ID, Kind: kind}, Title: "“Market” needs you", Words: "It is " + kind + ".", Remedy: "Look."})
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

// What is late between us and a partner is told once, and anew only when more of it fell due; its mail names EDI.
func TestConcernsOfPartners(t *testing.T) {
	b, server := on(t), transporttest.ServeMail(t, false, 0)
	ctx := context.Background()
	must(t, b.s.SetSettings(ctx, map[string]string{job.AlarmServerSetting: fmt.Sprint(b.mailServer(server)), job.AlarmToSetting: "me@example.com"}, -1))
	told := 0
	check := func(latest ...commerce.Instant) {
		t.Helper()
		var concerns []job.Concern
		for _, at := range latest {
			concerns = append(concerns, job.Concern{Subject: job.Subject{PartnerID: 7, Kind: "response"}, Latest: at, Title: "“BIGMART” waits for an answer", Words: "Late.", Remedy: "Answer it."})
		}
		must(t, b.jobs.CheckConcerns(ctx, concerns, func(job.Alarm) { told++ }))
	}
	for _, step := range []struct {
		latest []commerce.Instant
		told   int
	}{{[]commerce.Instant{1000}, 1}, {[]commerce.Instant{1000}, 1}, {[]commerce.Instant{2000}, 2}, {[]commerce.Instant{1000}, 2}, {nil, 2}, {[]commerce.Instant{3000}, 3}} {
		if check(step.latest...); told != step.told || len(server.Letters()) != step.told {
			t.Errorf("late since %v: told %d times in %d letters, expected %d", step.latest, told, len(server.Letters()), step.told)
		}
	}
	if letter := server.Letters()[0]; !strings.Contains(letter, "Open Tradepost, EDI") {
		t.Errorf("mailed %s", letter)
	}
}
