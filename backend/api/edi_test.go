package api_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tradepost/backend/api"
)

const pastedEDI = "ISA*00*          *00*          *ZZ*BIGMART        *12*SMALLWORKS     *261102*0815*U*00401*000000101*0*T*>~GS*PO*BIGMART*SMALLWORKS*20261102*0815*101*X*004010~" +
	"ST*850*0001~BEG*99*SA*4500123456**20261102~PO1*1*24*EA*7.25~SE*4*0001~GE*1*101~IEA*1*000000101~"

// TestLookAtEDI looks at pasted text: it is explained, its fault is beside its segment, its answer is worked out, and with
// a key too nothing is kept of it: there is no store that could.
func TestLookAtEDI(t *testing.T) {
	handler := api.New(api.Deps{Host: nobody{}, Hub: api.NewHub()})
	look := func(text string, scopes ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, "/api/view/edi", strings.NewReader(text))
		r.Header.Set("Idempotency-Key", "once")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r.WithContext(api.WithScopes(r.Context(), scopes)))
		return w
	}
	var seen api.EdiLook
	w := look(pastedEDI, "edi:read")
	if err := json.Unmarshal(w.Body.Bytes(), &seen); err != nil || w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	e := seen.Explanation
	if e.Report.Accepted || e.Documents[0].Title != "Order 4500123456 of 2 Nov 2026" || len(e.Segments[3].Errors) != 1 || !strings.Contains(seen.Acknowledgement, "AK4*1*353*7*99~") {
		t.Errorf("%+v\n%s", e, seen.Acknowledgement)
	}
	if w := look("hello", "edi:read"); w.Code != http.StatusUnprocessableEntity && w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "no EDI") {
		t.Errorf("no EDI: %d %s", w.Code, w.Body)
	}
	if w := look(pastedEDI); w.Code != http.StatusForbidden {
		t.Errorf("without the scope: %d", w.Code)
	}
}
