package api_test

import (
	"encoding/json"
	"testing"

	"tradepost/backend/api"
)

func TestEveryOperationNamesItsScope(t *testing.T) {
	text, err := api.Describe()
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		OpenAPI string `json:"openapi"`
		Paths   map[string]map[string]struct {
			OperationID string `json:"operationId"`
			Scope       string `json:"x-scope"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	if doc.OpenAPI != "3.1.0" || len(doc.Paths) < 30 {
		t.Fatalf("OpenAPI %s with %d paths", doc.OpenAPI, len(doc.Paths))
	}
	known := map[string]bool{}
	for _, scope := range api.Scopes {
		known[scope] = true
	}
	for path, operations := range doc.Paths {
		for method, operation := range operations {
			if !known[operation.Scope] {
				t.Errorf("%s %s (%s) needs scope %q, which is not listed", method, path, operation.OperationID, operation.Scope)
			}
		}
	}
}
