package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// reply is an answer with a body.
type reply[T any] struct{ Body T }

// none is an answer without one.
type none struct{}

// about names an operation: id, one-line summary, tag in the docs, scope.
type about struct{ id, summary, tag, scope string }

// on registers an operation. handler's errors are answered as problems; a successful answer has the given status.
func on[I, O any](spec huma.API, method, path string, status int, what about, handler func(context.Context, *I) (*O, error)) {
	huma.Register(spec, huma.Operation{OperationID: what.id, Method: method, Path: path, Summary: what.summary, Tags: []string{what.tag},
		DefaultStatus: status, Metadata: map[string]any{"scope": what.scope}, Security: []map[string][]string{{"token": {what.scope}}},
		Extensions: map[string]any{"x-scope": what.scope}},
		func(ctx context.Context, input *I) (*O, error) {
			output, err := handler(ctx, input)
			if err != nil {
				return nil, problemOf(err)
			}
			return output, nil
		})
}

func get[I, O any](spec huma.API, path string, what about, handler func(context.Context, *I) (*reply[O], error)) {
	on(spec, http.MethodGet, path, http.StatusOK, what, handler)
}

func post[I, O any](spec huma.API, path string, status int, what about, handler func(context.Context, *I) (*reply[O], error)) {
	on(spec, http.MethodPost, path, status, what, handler)
}

func patch[I, O any](spec huma.API, path string, what about, handler func(context.Context, *I) (*reply[O], error)) {
	on(spec, http.MethodPatch, path, http.StatusOK, what, handler)
}

func remove[I any](spec huma.API, path string, what about, handler func(context.Context, *I) (*none, error)) {
	on(spec, http.MethodDelete, path, http.StatusNoContent, what, handler)
}

// ok wraps a body.
func ok[T any](body T, err error) (*reply[T], error) {
	if err != nil {
		return nil, err
	}
	return &reply[T]{Body: body}, nil
}

// ByID is the input of an operation on one record.
type ByID struct {
	ID string `path:"id" doc:"The record's id."`
}

// Versioned is the input of a change that may be held to the version the writer saw.
type Versioned struct {
	ID      string `path:"id" doc:"The record's id."`
	IfMatch string `header:"If-Match" doc:"The record's etag as last seen; 412 when it changed since."`
}

// parse reads id and version; the version is -1 when none was sent.
func (v Versioned) parse() (id, seq int64, err error) {
	if id, err = parseID(v.ID); err != nil {
		return 0, 0, err
	}
	seq, err = parseETag(v.IfMatch)
	return id, seq, err
}

// lay puts what was stated over what is.
func lay(changes map[*string]*string) {
	for into, from := range changes {
		if from != nil {
			*into = *from
		}
	}
}

func parseETag(text string) (int64, error) {
	if text == "" || text == "*" {
		return -1, nil
	}
	seq, err := strconv.ParseInt(strings.Trim(text, `"`), 10, 64)
	if err != nil {
		return 0, fault.New(fault.Invalid, "The If-Match header holds no etag of ours.", "Send the record's etag.").InField("If-Match")
	}
	return seq, nil
}

// Paged is the input of a list.
type Paged struct {
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"50" doc:"How many at most."`
	After string `query:"after" doc:"The next value of the page before."`
}

// before reads After as the id below which the list goes on; lists by id run newest first.
func (p Paged) before() (int64, error) {
	if p.After == "" {
		return 0, nil
	}
	return parseID(p.After)
}

func parseID(text string) (int64, error) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id <= 0 {
		return 0, fault.New(fault.NotFound, "There is no record with id "+strconv.Quote(text)+".", "Ids are numbers; take one from a list.")
	}
	return id, nil
}

func parseIDs(texts []string) ([]int64, error) {
	ids := make([]int64, len(texts))
	for i, text := range texts {
		id, err := parseID(text)
		if err != nil {
			return nil, err
		}
		ids[i] = id
	}
	return ids, nil
}

func idText(id int64) string { return strconv.FormatInt(id, 10) }

// optionalID is null for 0.
func optionalID(id int64) *string {
	if id == 0 {
		return nil
	}
	text := idText(id)
	return &text
}

// when is null for an instant that is not stated.
func when(at commerce.Instant) *string {
	if at == 0 {
		return nil
	}
	text := at.String()
	return &text
}

// money is null for an amount that is not stated.
func money(a commerce.Amount, currency commerce.Currency) *string {
	if !a.Stated {
		return nil
	}
	text := a.Decimal(currency.Exponent())
	return &text
}

// nextID is the mark of the next page of a list by id, null at its end.
func nextID(full bool, last int64) *string {
	if !full {
		return nil
	}
	return optionalID(last)
}

func optionalText(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
