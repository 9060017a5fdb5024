package shopify

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// versions are the versions of the vendor's schema that are held.
var versions = []string{"2026-07", "2026-10"}

var schemas = map[string]func() (*ast.Schema, error){}

func init() {
	for _, version := range versions {
		schemas[version] = sync.OnceValues(func() (*ast.Schema, error) { return loadSchema(version) })
	}
}

func loadSchema(version string) (*ast.Schema, error) {
	folder := os.Getenv("TRADEPOST_DATA")
	if folder == "" {
		folder = "../../../../shared/data"
	}
	text, err := os.ReadFile(filepath.Join(folder, "api-specs/shopify/admin_"+version+".nodesc.graphql"))
	if err != nil {
		return nil, err
	}
	return gqlparser.LoadSchema(&ast.Source{Name: version, Input: string(text)})
}

// schemaOf gives the vendor's own schema, or skips where it is not held.
func schemaOf(t *testing.T, version string) *ast.Schema {
	t.Helper()
	schema, err := schemas[version]()
	if os.IsNotExist(err) {
		t.Skip("not tried: Shopify's schema of " + version + " is not here (../shared/data)")
	}
	if err != nil {
		t.Fatal(err)
	}
	return schema
}


func nameOf(document string) string {
	words := strings.FieldsFunc(document, func(r rune) bool { return strings.ContainsRune(" ({\n", r) })
	return words[1]
}

// TestDocuments holds each document to the schemas: what one version allows and the other does not would break when it changes.
func TestDocuments(t *testing.T) {
	for _, version := range versions {
		t.Run(version, func(t *testing.T) {
			schema := schemaOf(t, version)
			for _, document := range allDocuments {
				if _, problems := gqlparser.LoadQuery(schema, document); problems != nil { //nolint:staticcheck // its successor needs rules named one by one
					t.Errorf("%s: %v", nameOf(document), problems)
				}
			}
		})
	}
}
