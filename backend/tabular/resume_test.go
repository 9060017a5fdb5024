package tabular_test

import (
	"context"
	"strings"
	"testing"

	"tradepost/backend/journal"
	"tradepost/backend/tabular"
)

// A scheduled plan that was never applied, because the program died in between, waits for nobody: its file still lies in
// its folder. A person's plan waits for the person.
func TestResumeGivesUpScheduledPlansOnly(t *testing.T) {
	ctx := context.Background()
	s, im := opened(t)
	file, _, err := im.Receive(ctx, "orders.csv", strings.NewReader(shopify))
	if err != nil {
		t.Fatal(err)
	}
	for cause, want := range map[journal.Cause]tabular.State{journal.BySchedule: tabular.Cancelled, journal.ByPerson: tabular.Planned} {
		i, done, err := im.Start(ctx, tabular.Request{FileID: file.ID, Cause: cause})
		if err != nil {
			t.Fatal(err)
		}
		<-done
		if err := im.Resume(ctx); err != nil {
			t.Fatal(err)
		}
		if i, err = s.Import(ctx, i.ID); err != nil || i.State != want {
			t.Errorf("planned by %s: %s after resuming, %v", cause, i.State, err)
		}
	}
}
