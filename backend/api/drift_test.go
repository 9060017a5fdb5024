package api_test

import (
	"bytes"
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"tradepost/backend/api"
)

// read sends a request and reads the answer into into.
func (c *counter) read(method, path, body string, status int, into any) {
	c.t.Helper()
	r := httptest.NewRequest(method, path, bytes.NewBufferString(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r.WithContext(api.WithScopes(r.Context(), c.scopes)))
	if w.Code != status {
		c.t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	if into != nil {
		if err := json.Unmarshal(w.Body.Bytes(), into); err != nil {
			c.t.Fatalf("%s: %v", w.Body, err)
		}
	}
}

type driftAnswer struct {
	Rows     []api.Drift        `json:"rows"`
	Total    int                `json:"total"`
	Counts   api.DriftCounts    `json:"counts"`
	Checks   []api.DriftCheck   `json:"checks"`
	Schedule *api.DriftSchedule `json:"schedule"`
	Next     *string            `json:"next"`
}

func (c *counter) drift(query string) (answer driftAnswer) {
	c.t.Helper()
	c.read("GET", "/api/v1/drift?"+query, "", 200, &answer)
	return answer
}

func TestDriftIsReadPageByPageCheckedAndRepairedByAPlan(t *testing.T) {
	c := openCounterOf(t, &kiosk{stock: "5", more: 6})
	whole := c.drift("limit=100")
	if len(whole.Rows) == 0 || whole.Total != len(whole.Rows) || whole.Counts.NotPushed != len(whole.Rows) || whole.Rows[0].Ours != "3" || *whole.Rows[0].Live != "5" || whole.Schedule == nil {
		t.Fatalf("%+v", whole)
	}
	var ids []string
	for after, pages := "", 0; ; pages++ {
		page := c.drift("limit=2&class=drift&after=" + strings.ReplaceAll(after, " ", "%20"))
		for _, row := range page.Rows {
			ids = append(ids, row.ID)
		}
		if page.Next == nil {
			break
		}
		if after = *page.Next; pages > 20 {
			t.Fatal("the pages have no end")
		}
	}
	if len(ids) != len(whole.Rows) {
		t.Errorf("pages have %d of %d rows", len(ids), len(whole.Rows))
	}
	for i, row := range whole.Rows {
		if ids[i] != row.ID {
			t.Errorf("row %d is %s in pages, %s in one", i, ids[i], row.ID)
		}
	}
	if none := c.drift("q=no-such-thing"); none.Total != 0 || len(none.Rows) != 0 {
		t.Errorf("%+v", none)
	}
	c.kiosk.stock = "4"
	var checked struct {
		Checks []api.DriftCheck `json:"checks"`
	}
	c.read("POST", "/api/v1/drift/check", `{}`, 200, &checked)
	if len(checked.Checks) != 1 || checked.Checks[0].Listings != len(whole.Rows) {
		t.Errorf("%+v", checked)
	}
	if now := c.drift(""); *now.Rows[0].Live != "4" || len(now.Checks) != 1 {
		t.Errorf("a check looks live: %+v", now.Rows[0])
	}
	var repair api.DriftRepair
	c.read("POST", "/api/v1/drift/repair", `{"listings":["`+ids[0]+`"]}`, 201, &repair)
	if len(repair.Plans) != 1 || len(repair.Plans[0].Intents) != 1 || repair.Plans[0].State != "open" || *repair.Plans[0].Intents[0].Observed != "4" {
		t.Fatalf("%+v", repair)
	}
	if row := c.drift("").Rows; row[0].Plan == nil && row[len(row)-1].Plan == nil {
		t.Errorf("no row names the plan that waits: %+v", row)
	}
	var taken api.DriftTaken
	c.read("POST", "/api/v1/drift/take", `{"id":"`+ids[0]+`","live":"9"}`, 409, nil)
	c.read("POST", "/api/v1/drift/take", `{"id":"`+ids[0]+`","live":"4"}`, 201, &taken)
	if taken.Before != "3" || taken.After != "4" || taken.Run == "" {
		t.Errorf("%+v", taken)
	}
	c.read("GET", "/api/v1/drift?class=wrong", "", 422, nil)
	c.read("GET", "/api/v1/drift?after=wrong", "", 422, nil)
}
