package api

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestAMistakeInsideIsAnsweredWithWords(t *testing.T) {
	handler := rescued(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("a canary") }))
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/api/v1/drift", nil))
	if body := answer.Body.String(); answer.Code != http.StatusInternalServerError || !strings.Contains(body, `"code":"internal"`) || strings.Contains(body, "canary") {
		t.Errorf("%d %s", answer.Code, body)
	}
}

func TestHalfAnAnswerIsNotMadeToLookWhole(t *testing.T) {
	handler := rescued(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("half"))
		panic("a mistake")
	}))
	defer func() {
		if recover() == nil {
			t.Error("the connection stays")
		}
	}()
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/api/v1/orders", nil))
}
