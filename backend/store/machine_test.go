package store

import (
	"context"
	"testing"
)

// A workspace that is opened on another computer sends nothing until the person takes over (invariant 13); on its own
// computer it never stops by itself.
func TestAnotherComputerPausesSending(t *testing.T) {
	ctx := context.Background()
	s := opened(t, t.TempDir(), Options{})
	for _, step := range []struct {
		machine string
		paused  bool
	}{{"desk", false}, {"desk", false}, {"laptop", true}, {"laptop", true}} {
		must(t, s.SettleMachine(ctx, step.machine))
		note, err := s.Setting(ctx, "sending_paused")
		must(t, err)
		if (note != "") != step.paused {
			t.Errorf("opened on %s: paused by %q", step.machine, note)
		}
	}
	must(t, s.SetSettings(ctx, map[string]string{"sending_paused": ""}, -1)) // the person takes over
	must(t, s.SettleMachine(ctx, "laptop"))
	if note, err := s.Setting(ctx, "sending_paused"); err != nil || note != "" {
		t.Errorf("paused again by %q, %v", note, err)
	}
}
