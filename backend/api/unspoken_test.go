package api

import (
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
)

// A refused request does not say back what may be a secret.
func TestRefusalsDoNotSayTheSecret(t *testing.T) {
	for _, detail := range []*huma.ErrorDetail{
		{Message: "expected string", Location: "body.password", Value: []any{"canary"}},
		{Message: "expected string", Location: "body.private_key", Value: "canary"},
		{Message: "unexpected property", Location: "body.extra", Value: map[string]any{"passphrase": "canary"}},
	} {
		if said := newProblem(422, "validation failed", detail).Error(); strings.Contains(said, "canary") || !strings.Contains(said, detail.Message) {
			t.Errorf("%s: %s", detail.Location, said)
		}
	}
}
