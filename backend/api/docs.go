package api

import (
	_ "embed"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

//go:embed docs.html
var docsHTML string

var docsTemplate = template.Must(template.New("docs").Parse(docsHTML))

// docOperation is an operation as the docs page shows it.
type docOperation struct {
	Method, Path, ID, Summary, Scope string
	Parameters                       []docParameter
	Body, Answer                     string
}

type docParameter struct{ Name, In, Type, Description string }

type docTag struct {
	Name       string
	Operations []docOperation
}

// docsPage renders the OpenAPI document as one page that needs no network (huma's own pages load from elsewhere).
func docsPage(spec huma.API) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
		_ = docsTemplate.Execute(w, map[string]any{"Info": spec.OpenAPI().Info, "Tags": docTags(spec.OpenAPI())})
	}
}

func docTags(doc *huma.OpenAPI) []docTag {
	by := map[string][]docOperation{}
	for path, item := range doc.Paths {
		for method, op := range map[string]*huma.Operation{"GET": item.Get, "POST": item.Post, "PATCH": item.Patch, "DELETE": item.Delete} {
			if op != nil && len(op.Tags) > 0 {
				by[op.Tags[0]] = append(by[op.Tags[0]], docOf(method, path, op))
			}
		}
	}
	var tags []docTag
	for name, operations := range by {
		slices.SortFunc(operations, func(a, b docOperation) int { return strings.Compare(a.Path+a.Method, b.Path+b.Method) })
		tags = append(tags, docTag{name, operations})
	}
	slices.SortFunc(tags, func(a, b docTag) int { return strings.Compare(a.Name, b.Name) })
	return tags
}

func docOf(method, path string, op *huma.Operation) docOperation {
	scope, _ := op.Extensions["x-scope"].(string)
	d := docOperation{Method: method, Path: path, ID: op.OperationID, Summary: op.Summary, Scope: scope}
	for _, p := range op.Parameters {
		kind := ""
		if p.Schema != nil {
			kind = p.Schema.Type
		}
		d.Parameters = append(d.Parameters, docParameter{p.Name, p.In, kind, p.Description})
	}
	if op.RequestBody != nil {
		d.Body = schemaName(op.RequestBody.Content)
	}
	for status, response := range op.Responses {
		if strings.HasPrefix(status, "2") {
			d.Answer = status + " " + schemaName(response.Content)
		}
	}
	return d
}

func schemaName(content map[string]*huma.MediaType) string {
	for kind, media := range content {
		if media.Schema != nil && media.Schema.Ref != "" {
			return media.Schema.Ref[strings.LastIndexByte(media.Schema.Ref, '/')+1:]
		}
		return kind
	}
	return ""
}
