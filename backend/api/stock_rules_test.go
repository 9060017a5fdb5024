package api_test

import (
	"net/http"
	"strings"
	"testing"

	"tradepost/backend/api"
)

func (d *stand) ruled(method, path, body string, status int, into any) {
	d.t.Helper()
	d.ask(method, "/api/v1/stock-rules/"+path, body, status, into)
}

func TestStockRulesAreSaidPreviewedAndExplained(t *testing.T) {
	d := openStand(t)
	d.ask("POST", "/api/v1/stock/2/count", `{"on_hand":"20"}`, http.StatusCreated, nil)
	d.ask("POST", "/api/v1/listings/2/link", `{"variant":"2","pack":"1"}`, http.StatusOK, nil)
	var preview struct {
		Words             string
		Listings, Lowered int
	}
	d.ruled("POST", "channel/1/preview", `{"buffer":"4"}`, http.StatusOK, &preview)
	if preview.Words != "keep 4 back" || preview.Listings != 1 || preview.Lowered != 1 {
		t.Fatalf("%+v", preview)
	}
	var rule api.StockRule
	d.ruled("PUT", "channel/1", `{"buffer":"4","percent":"5"}`, http.StatusOK, &rule)
	if rule.Name != "Fair" || rule.Words != "keep 4 back, keep 5 % back" || rule.ETag == "0" {
		t.Fatalf("%+v", rule)
	}
	var list struct{ Rules []api.StockRule }
	d.ask("GET", "/api/v1/stock-rules", "", http.StatusOK, &list)
	if len(list.Rules) != 1 || *list.Rules[0].Buffer != "4" {
		t.Errorf("%+v", list)
	}
	d.ruled("PUT", "channel/1", `{}`, http.StatusOK, &rule)
	d.ask("GET", "/api/v1/stock-rules", "", http.StatusOK, &list)
	if len(list.Rules) != 0 || rule.Words != "all that is available" {
		t.Errorf("a rule that says nothing stays: %+v", list)
	}
}

func TestAListingsNumberUnfoldsToItsSteps(t *testing.T) {
	d := openStand(t)
	d.ask("POST", "/api/v1/stock/1/count", `{"on_hand":"20"}`, http.StatusCreated, nil)
	d.ask("POST", "/api/v1/listings/1/link", `{"variant":"1","pack":"2"}`, http.StatusOK, nil)
	var all api.StockRule
	d.ruled("PUT", "all/0", `{"buffer":"3"}`, http.StatusOK, &all)
	if all.Name != "every channel" {
		t.Errorf("it is called %q", all.Name)
	}
	d.ruled("PUT", "channel/1", `{"most":"5"}`, http.StatusOK, nil)
	var one struct {
		Channels []struct {
			Ours  *int64
			Steps []struct {
				Kind string
				Rule *string
			}
		}
	}
	d.ask("GET", "/api/v1/stock/1?explain=true", "", http.StatusOK, &one)
	if len(one.Channels) != 1 {
		t.Fatalf("%+v", one.Channels)
	}
	c := one.Channels[0]
	var kinds []string
	for _, step := range c.Steps {
		kinds = append(kinds, step.Kind)
	}
	if got := strings.Join(kinds, " "); got != "available buffer most pack" || *c.Ours != 5 || *c.Steps[1].Rule != "all" || *c.Steps[2].Rule != "channel" {
		t.Errorf("%s: %+v", got, c)
	}
}

func TestARuleThatCannotBeIsRefusedInWords(t *testing.T) {
	d := openStand(t)
	for body, path := range map[string]string{`{"buffer":"-1"}`: "all/0", `{"percent":"120"}`: "all/0", `{"last_units":"2"}`: "channel/1", `{"most":"x"}`: "channel/1", `{"locations":["99"]}`: "all/0"} {
		d.ruled("PUT", path, body, http.StatusUnprocessableEntity, nil)
	}
	d.ruled("PUT", "channel/99", `{"buffer":"1"}`, http.StatusNotFound, nil)
}

func TestASimulationChangesNothing(t *testing.T) {
	d := openStand(t)
	var sim api.StockSimulation
	d.ruled("POST", "all/0/simulate?days=30", `{"buffer":"2"}`, http.StatusOK, &sim)
	if sim.Days != 30 || sim.Variants == nil || sim.Words != "keep 2 back" {
		t.Errorf("%+v", sim)
	}
}

// Of a channel that nobody tells anything nothing is known: it has no share.
func TestAChannelThatIsNotConnectedHasNoShare(t *testing.T) {
	d := openStand(t)
	d.ask("POST", "/api/v1/stock/1/count", `{"on_hand":"5"}`, http.StatusCreated, nil)
	d.ask("POST", "/api/v1/listings/1/link", `{"variant":"1","pack":"1"}`, http.StatusOK, nil)
	d.ruled("PUT", "all/0", `{"last_units":"9"}`, http.StatusOK, nil)
	var one struct {
		Channels []struct {
			Ours   *int64
			Shared bool
		}
	}
	d.ask("GET", "/api/v1/stock/1?explain=true", "", http.StatusOK, &one)
	if len(one.Channels) != 1 || one.Channels[0].Shared || *one.Channels[0].Ours == 0 {
		t.Errorf("%+v", one.Channels)
	}
}
