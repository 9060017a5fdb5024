package api_test

import (
	"encoding/json"
	"testing"

	"tradepost/backend/api"
)

func TestDescriptionStatesWhereAnAnswerSendsNull(t *testing.T) {
	text, err := api.Describe()
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Components struct {
			Schemas map[string]struct {
				Properties map[string]struct {
					AnyOf []map[string]any `json:"anyOf"`
					Type  any              `json:"type"`
				} `json:"properties"`
			} `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	schemas := doc.Components.Schemas
	for schema, property := range map[string]string{"File": "recognition", "Import": "error", "Listing": "variant", "Watch": "last_run", "Message": "file"} {
		if either := schemas[schema].Properties[property].AnyOf; len(either) != 2 || either[1]["type"] != "null" {
			t.Errorf("%s.%s is described as %v, without null", schema, property, either)
		}
	}
	if kind := schemas["OrderLine"].Properties["quantity"].Type; kind != "number" {
		t.Errorf("a quantity is described as %v, and answered as a number", kind)
	}
}
