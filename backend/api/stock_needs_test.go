package api_test

import (
	"net/http"
	"strings"
	"testing"

	"tradepost/backend/api"
)

func TestHomeSaysWhatIsToBeOrderedAgain(t *testing.T) {
	c := openCounterOf(t, &kiosk{stock: "3"})
	shortOf := func() (found *api.Need) {
		var home api.Home
		c.read("GET", "/api/view/home", "", http.StatusOK, &home)
		for i, need := range home.Needs {
			if need.Kind == "reorder" {
				found = &home.Needs[i]
			}
		}
		return found
	}
	if need := shortOf(); need != nil {
		t.Errorf("without a rule nothing is short: %+v", need)
	}
	var stock struct{ Stock []api.Stock }
	c.read("GET", "/api/v1/stock", "", http.StatusOK, &stock)
	c.read("POST", "/api/v1/reorder/rules", `{"variant":"`+stock.Stock[0].Variant+`","kind":"fixed","least":"3","most":"9"}`, http.StatusOK, nil)
	need := shortOf()
	if need == nil || need.Count != 1 || !strings.HasPrefix(need.Href, "#/purchases") || !strings.Contains(need.Example, stock.Stock[0].SKU) {
		t.Errorf("%+v", need)
	}
}

func TestAMastersWordIsReadAndCounted(t *testing.T) {
	c := openCounterOf(t, &kiosk{stock: "5"})
	var word api.MasterWord
	c.read("GET", "/api/v1/channels/1/masters-word", "", http.StatusOK, &word)
	if word.Master != "here" || word.Levels != 0 || word.Rows == nil {
		t.Errorf("%+v", word)
	}
	c.read("POST", "/api/v1/channels/1/masters-word", "", http.StatusConflict, nil)
	c.read("GET", "/api/v1/channels/99/masters-word", "", http.StatusNotFound, nil)
}
