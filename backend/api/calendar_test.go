package api

import (
	"fmt"
	"testing"
	"time"
)

// A look every five minutes becomes one entry a day and state; what is rare, and each trouble, stays single.
func TestCalendarGathers(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	var all []CalendarEntry
	from := time.Date(2026, 11, 1, 4, 0, 0, 0, time.UTC) // midnight of a day of 25 hours
	for i := range 300 {
		run := fmt.Sprint(i)
		all = append(all, CalendarEntry{Schedule: "1", At: from.Add(time.Duration(i) * 5 * time.Minute).Format(time.RFC3339), Count: 1, State: "done", Run: &run})
	}
	for i := range 2 {
		all = append(all, CalendarEntry{Schedule: "1", At: from.Add(time.Duration(i) * time.Hour).Format(time.RFC3339), Count: 1, State: "failed"})
	}
	all = append(all, CalendarEntry{Schedule: "2", At: from.Add(25 * time.Hour).Format(time.RFC3339), Count: 1, State: "planned"})
	got := gathered(all, zone)
	if len(got) != 4 || got[0].Count != 300 || got[0].Until == nil || *got[0].Until != "2026-11-02T04:55:00Z" || *got[0].Run != "299" {
		t.Errorf("gathered %+v", got)
	}
}
