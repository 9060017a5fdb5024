package sim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Replay answers as Amazon's static sandbox does, out of Amazon's own models: for each operation they hold pairs of a request and its
// answer. The models are read from a folder; none of them is part of this program.
type Replay struct {
	Pairs []Pair
	// Asked counts the calls by operation.
	Asked map[string]int
}

// Pair is one answer of the sandbox with the values that were asked with.
type Pair struct {
	Model, Operation string
	Method, Path     string
	Status           int
	Parameters       map[string]any // by their names; of the body what it must have
	Answer           json.RawMessage
	parts            []string
}

type sandboxModel struct {
	Paths map[string]map[string]json.RawMessage `json:"paths"`
}

type sandboxOperation struct {
	ID        string                     `json:"operationId"`
	Responses map[string]json.RawMessage `json:"responses"`
}

type sandboxAnswer struct {
	Sandbox struct {
		Static []struct {
			Request struct {
				Parameters map[string]struct {
					Value any `json:"value"`
				} `json:"parameters"`
			} `json:"request"`
			Response json.RawMessage `json:"response"`
		} `json:"static"`
	} `json:"x-amzn-api-sandbox"`
}

// ReadSandbox reads the pairs of some models of a folder.
func ReadSandbox(folder string, models ...string) (*Replay, error) {
	r := &Replay{Asked: map[string]int{}}
	for _, name := range models {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return nil, fmt.Errorf("reading a model: %w", err)
		}
		var m sandboxModel
		if err := json.Unmarshal(text, &m); err != nil {
			return nil, fmt.Errorf("reading the model %s: %w", name, err)
		}
		for path, methods := range m.Paths {
			for method, raw := range methods {
				r.add(name, method, path, raw)
			}
		}
	}
	slices.SortStableFunc(r.Pairs, func(a, b Pair) int { return strings.Compare(a.Operation, b.Operation) })
	return r, nil
}

// add adds the pairs of one operation; what is no operation has none.
func (r *Replay) add(model, method, path string, raw json.RawMessage) {
	var o sandboxOperation
	if json.Unmarshal(raw, &o) != nil {
		return
	}
	for status, raw := range o.Responses {
		var a sandboxAnswer
		code, err := strconv.Atoi(status)
		if err != nil || json.Unmarshal(raw, &a) != nil {
			continue
		}
		for _, one := range a.Sandbox.Static {
			p := Pair{Model: model, Operation: o.ID, Method: strings.ToUpper(method), Path: path, Status: code, Answer: one.Response, Parameters: map[string]any{},
				parts: strings.Split(path, "/")}
			for name, parameter := range one.Request.Parameters {
				p.Parameters[name] = parameter.Value
			}
			r.Pairs = append(r.Pairs, p)
		}
	}
}

// fits tells whether a pair is of the operation that a call is of, and of the same values in the path where it names any.
func (p Pair) fits(r *http.Request) bool {
	parts := strings.Split(r.URL.EscapedPath(), "/")
	if p.Method != r.Method || len(parts) != len(p.parts) {
		return false
	}
	for i, part := range p.parts {
		name, isName := strings.CutPrefix(part, "{")
		want, stated := p.Parameters[strings.TrimSuffix(name, "}")]
		if !isName && part != parts[i] || isName && stated && fmt.Sprint(want) != parts[i] {
			return false
		}
	}
	return true
}

// ServeHTTP answers with the first pair that a call fits, a success before a refusal.
func (r *Replay) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	if request.URL.Path == "/auth/o2/token" {
		_, _ = w.Write([]byte(`{"access_token":"Atza|sandbox","token_type":"bearer","expires_in":3600}`))
		return
	}
	found := -1
	for i, p := range r.Pairs {
		if p.fits(request) && (found < 0 || p.Status < r.Pairs[found].Status) {
			found = i
		}
	}
	if found < 0 {
		refuse(w, http.StatusNotFound, "NotFound", "The sandbox has no such answer.", "")
		return
	}
	p := r.Pairs[found]
	r.Asked[p.Operation]++
	w.WriteHeader(p.Status)
	if p.Status != http.StatusNoContent {
		_, _ = w.Write(p.Answer)
	}
}
