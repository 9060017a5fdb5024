package api_test

import (
	"net/http"
	"strings"
	"testing"

	"tradepost/backend/api"
)

// lastRun is the newest run of a kind.
func (d *stand) lastRun(kind string) api.Run {
	d.t.Helper()
	var all struct{ Runs []api.Run }
	d.ask("GET", "/api/v1/runs?kind="+kind, "", http.StatusOK, &all)
	if len(all.Runs) == 0 {
		d.t.Fatalf("no run of the kind %s", kind)
	}
	return all.Runs[0]
}

func TestAChangeOfAStockRuleIsTakenBackFieldByField(t *testing.T) {
	d := openStand(t)
	var rule api.StockRule
	d.ruled("PUT", "channel/1", `{"buffer":"4","most":"9"}`, http.StatusOK, nil)
	d.ruled("PUT", "channel/1", `{"buffer":"6","most":"8","master":"channel"}`, http.StatusOK, nil)
	run := d.lastRun("rules")
	d.ruled("PUT", "channel/1", `{"buffer":"7","most":"8","master":"channel"}`, http.StatusOK, nil)
	var plan api.UndoPlan
	d.ask("GET", "/api/v1/runs/"+run.ID+"/undo", "", http.StatusOK, &plan)
	if !run.CanUndo || plan.OrdersReverted != 1 || len(plan.Left) != 1 || plan.Left[0].Reason != "changed again since: what is kept back" ||
		len(plan.Words) != 1 || !strings.HasSuffix(plan.Words[0], "→ keep 7 back, show at most 9") {
		t.Fatalf("%+v %+v", run, plan)
	}
	var undo api.Run
	d.ask("POST", "/api/v1/runs/"+run.ID+"/undo", "", http.StatusOK, &undo)
	d.ruled("GET", "channel/1", "", http.StatusOK, &rule)
	if undo.Kind != "undo" || *rule.Buffer != "7" || *rule.Most != "9" || rule.Master != nil {
		t.Errorf("%+v %+v", undo, rule)
	}
	d.ask("POST", "/api/v1/runs/"+run.ID+"/undo", "", http.StatusConflict, nil)
}

func TestTakingTheFirstRuleBackLeavesNone(t *testing.T) {
	d := openStand(t)
	d.ruled("PUT", "all/0", `{"buffer":"4","last_units":"3"}`, http.StatusOK, nil)
	d.ask("POST", "/api/v1/runs/"+d.lastRun("rules").ID+"/undo", "", http.StatusOK, nil)
	var list struct{ Rules []api.StockRule }
	d.ask("GET", "/api/v1/stock-rules", "", http.StatusOK, &list)
	if len(list.Rules) != 0 {
		t.Errorf("%+v", list)
	}
}

func TestAChangeOfAPriceRuleIsTakenBack(t *testing.T) {
	d := openStand(t)
	d.ask("PUT", "/api/v1/price-rules/1", `{"percent":"10","rounding":"95","direction":"up"}`, http.StatusOK, nil)
	d.ask("PUT", "/api/v1/price-rules/1", `{"percent":"25","rounding":"","direction":"nearest","floor_margin":"5"}`, http.StatusOK, nil)
	d.ask("POST", "/api/v1/runs/"+d.lastRun("prices").ID+"/undo", "", http.StatusOK, nil)
	var rules struct{ Rules []api.PriceRule }
	d.ask("GET", "/api/v1/price-rules", "", http.StatusOK, &rules)
	if len(rules.Rules) == 0 || rules.Rules[0].Words != "+10 %, rounded up to .95" {
		t.Errorf("%+v", rules)
	}
}
