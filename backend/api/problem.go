package api

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/fault"
)

// HTTPProblem is an error as the API answers it: application/problem+json (RFC 9457). Detail and Remedy are for the person.
type HTTPProblem struct {
	Type   string  `json:"type" example:"about:blank"`
	Title  string  `json:"title"`
	Status int     `json:"status"`
	Detail string  `json:"detail"`
	Code   string  `json:"code"`
	Remedy string  `json:"remedy"`
	Field  *string `json:"field"`
}

// Error is the message for people.
func (p *HTTPProblem) Error() string { return p.Detail }

// GetStatus is the HTTP status.
func (p *HTTPProblem) GetStatus() int { return p.Status }

// ContentType is that of RFC 9457.
func (p *HTTPProblem) ContentType(string) string { return "application/problem+json" }

var statuses = map[fault.Code]int{
	fault.Invalid: http.StatusUnprocessableEntity, fault.NotFound: http.StatusNotFound, fault.Conflict: http.StatusConflict,
	fault.Auth: http.StatusUnauthorized, fault.Permission: http.StatusForbidden, fault.RateLimited: http.StatusTooManyRequests,
	fault.Unavailable: http.StatusServiceUnavailable, fault.Unknown: http.StatusBadGateway, fault.Retired: http.StatusGone,
	fault.Full: http.StatusInsufficientStorage, fault.Cancelled: http.StatusConflict, fault.Internal: http.StatusInternalServerError,
}

// problemOf words an error; what the person cannot act on goes to the log.
func problemOf(err error) *HTTPProblem {
	coded := fault.Of(err)
	if coded.Code == fault.Internal {
		slog.Error("answering a request", "error", err)
	}
	status := statuses[coded.Code]
	if coded.Field == "if-match" {
		status = http.StatusPreconditionFailed
	}
	p := &HTTPProblem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: coded.Message, Code: string(coded.Code), Remedy: coded.Remedy}
	if coded.Field != "" {
		p.Field = &coded.Field
	}
	return p
}

// newProblem is how huma words what it refuses by itself: a body that is no JSON, a value of the wrong kind.
func newProblem(status int, message string, errs ...error) huma.StatusError {
	p := &HTTPProblem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: sentence(message), Code: codeOf(status),
		Remedy: "Correct the request; /api/docs says what is expected."}
	var details []string
	for _, err := range errs {
		if err == nil {
			continue
		}
		details = append(details, unspoken(err))
		if d, ok := err.(huma.ErrorDetailer); ok && p.Field == nil {
			where := strings.TrimPrefix(d.ErrorDetail().Location, "body.")
			p.Field = &where
		}
	}
	if words, ok := choice(details); ok && p.Field != nil {
		p.Detail, p.Remedy = fmt.Sprintf("The %s must be one of: %s.", strings.ReplaceAll(*p.Field, "_", " "), words), "Name one of them."
		return p
	}
	if len(details) > 0 {
		p.Detail = sentence(message + ": " + strings.Join(details, "; "))
	}
	return p
}

// choice finds the values to choose from, where the one thing wrong is a value that is none of them.
func choice(details []string) (string, bool) {
	if len(details) != 1 {
		return "", false
	}
	found, ok := strings.CutPrefix(details[0], `expected value to be one of "`)
	if !ok {
		return "", false
	}
	words, _, ok := strings.Cut(found, `"`)
	return words, ok
}

// unspoken words what huma refused without the value where that may be a secret: one of its fields, or a whole body.
func unspoken(err error) string {
	d, ok := err.(huma.ErrorDetailer)
	if !ok {
		return err.Error()
	}
	detail := d.ErrorDetail()
	whole := false
	switch detail.Value.(type) {
	case map[string]any, []any:
		whole = true
	}
	for _, name := range []string{"password", "private_key", "passphrase", "secrets"} {
		whole = whole || strings.Contains(detail.Location, name)
	}
	if !whole {
		return err.Error()
	}
	return detail.Message + " (" + detail.Location + ")"
}

func sentence(text string) string {
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + strings.TrimSuffix(text[1:], ".") + "."
}

func codeOf(status int) string {
	for code, s := range statuses {
		if s == status && code != fault.Cancelled {
			return string(code)
		}
	}
	return string(fault.Invalid)
}

// writeProblem answers an error outside of huma.
func writeProblem(w http.ResponseWriter, err error) {
	p := problemOf(err)
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p)
}

func unknownPath(w http.ResponseWriter, r *http.Request) {
	writeProblem(w, fault.New(fault.NotFound, "There is nothing at "+r.URL.Path+".", "See /api/docs for what there is."))
}
